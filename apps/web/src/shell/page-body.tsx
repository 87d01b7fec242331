import type { ReactNode } from "react";
import { classNames } from "../ui/class-names.ts";

/** The space under the header, with the margins of every page. */
export function PageBody({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={classNames("flex min-w-0 flex-1 flex-col gap-4 p-6 max-md:p-4", className)}>{children}</div>;
}
