import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface CardProps {
  title?: ReactNode;
  /** Under the title, in one line. */
  note?: ReactNode;
  actions?: ReactNode;
  className?: string;
  /** Lists bring their own edges: no padding around them. */
  flush?: boolean;
  children?: ReactNode;
}

export function Card({ title, note, actions, className, flush = false, children }: CardProps) {
  return (
    <section className={classNames("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {title || actions ? (
        <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-2">
          <div className="min-w-0">
            <h2 className="text-base font-semibold">{title}</h2>
            {note ? <p className="text-xs text-faint">{note}</p> : null}
          </div>
          {actions ? <div className="flex shrink-0 items-center gap-2">{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}
