"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

const LONGEST_SECONDS = 7 * 24 * 3_600;

export interface SecondsFieldProps {
  label: string;
  hint: string;
  path: string;
  value: number | null;
  error: string | undefined;
  onChange: (seconds: number | null) => void;
}

/** A limit of time in seconds; empty: none. */
export function SecondsField({ label, hint, path, value, error, onChange }: SecondsFieldProps) {
  return (
    <Field label={label} optional hint={hint} error={error}>
      <Input
        data-path={path}
        type="number"
        inputMode="numeric"
        min={1}
        max={LONGEST_SECONDS}
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value === "" ? null : Math.round(Number(event.target.value)))}
      />
    </Field>
  );
}
