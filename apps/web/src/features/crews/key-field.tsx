"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export interface KeyFieldProps {
  /** Where it stands in the request, such as `tasks.2.key`. */
  path: string;
  hint: string;
  value: string;
  error: string | undefined;
  onChange: (key: string) => void;
}

/** The handle of an agent or a task, by which others name it. */
export function KeyField({ path, hint, value, error, onChange }: KeyFieldProps) {
  return (
    <Field label="Key" error={error} hint={hint}>
      <Input
        data-path={path}
        value={value}
        maxLength={64}
        spellCheck={false}
        className="font-mono text-sm"
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
