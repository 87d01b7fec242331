import type { ReactNode } from "react";
import { classNames } from "../../ui/class-names.ts";

/** One line of a stream that is neither the model's words nor a tool's: what the platform did or waits for. */
export function StreamNote({ mark, tone, children }: { mark: string; tone: "plain" | "warn" | "bad" | "good"; children: ReactNode }) {
  const color = { plain: "text-faint", warn: "text-warn", bad: "text-bad", good: "text-good" }[tone];
  return (
    <p className="flex gap-2 text-sm text-muted">
      <span aria-hidden="true" className={classNames("w-3.5 shrink-0 text-center", color)}>
        {mark}
      </span>
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
