"use client";

import { classNames } from "./class-names.ts";

export interface SwitchProps {
  /** What is on or off: its accessible name. */
  label: string;
  on: boolean;
  busy?: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

/** On or off, at once; told by place and shape as well as by color. */
export function Switch({ label, on, busy = false, disabled = false, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-busy={busy || undefined}
      disabled={disabled}
      onClick={() => !busy && onChange(!on)}
      className="inline-grid h-7 w-10 shrink-0 place-items-center rounded-md disabled:cursor-not-allowed disabled:opacity-50 max-sm:h-10"
    >
      <span
        className={classNames(
          "flex h-4.5 w-8 items-center rounded-full border px-0.5 transition-colors duration-100",
          on ? "justify-end border-accent bg-accent" : "justify-start border-control bg-sunken",
        )}
      >
        <span className={classNames("size-3 rounded-full", on ? "bg-on-accent" : "bg-control")} />
      </span>
    </button>
  );
}
