"use client";

import { createContext, type ReactNode, useContext, useId } from "react";
import { classNames } from "./class-names.ts";

interface FieldLink {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const FieldContext = createContext<FieldLink | null>(null);

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  className?: string;
  /** Beside the label, at the right: a small action or a count. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A label, its control and what is wrong with it. The control inside takes id and description from here. */
export function Field({ label, hint, error, optional = false, className, aside, children }: FieldProps) {
  const id = useId();
  const notes = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
  return (
    <div className={classNames("flex min-w-0 flex-col gap-1", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
          {optional ? <span className="ml-1 font-normal text-faint">optional</span> : null}
        </label>
        {aside ? <span className="text-xs text-faint">{aside}</span> : null}
      </div>
      <FieldContext value={{ id, describedBy: notes || undefined, invalid: Boolean(error) }}>{children}</FieldContext>
      {error ? (
        <p id={`${id}-error`} className="text-xs text-bad">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-faint">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** What a control spreads onto its element to belong to the field around it. */
export function useFieldLink() {
  const link = useContext(FieldContext);
  if (!link) return {};
  return { id: link.id, "aria-describedby": link.describedBy, "aria-invalid": link.invalid || undefined };
}

export const controlClass =
  "w-full min-w-0 rounded-md border border-control/60 bg-surface px-2.5 text-base text-text hover:border-control focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-bad disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken max-sm:text-lg";
