"use client";

import { ChevronsUpDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, useFieldLink } from "./field.tsx";

/** The browser's own list: right on every device, by keyboard and for screen readers, at no weight. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={classNames("relative block min-w-0", className)}>
      <select {...useFieldLink()} className={classNames(controlClass, "h-8 appearance-none truncate pr-7 max-sm:h-10")} {...rest}>
        {children}
      </select>
      <ChevronsUpDown aria-hidden="true" className="pointer-events-none absolute top-1/2 right-2 size-3.5 -translate-y-1/2 text-faint" />
    </span>
  );
}
