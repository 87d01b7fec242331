"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 200;

export function isShortPassword(password: string): boolean {
  return password.length < MIN_PASSWORD;
}

/** A password that is being chosen, with what is asked of it. */
export function NewPasswordField({
  label = "Password",
  value,
  onChange,
  error,
}: {
  label?: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}) {
  const isShort = value.length > 0 && isShortPassword(value);
  return (
    <Field
      label={label}
      hint={`At least ${MIN_PASSWORD} characters; a few words are good.`}
      error={error ?? (isShort ? `${MIN_PASSWORD - value.length} characters to go.` : undefined)}
    >
      <Input
        type="password"
        required
        minLength={MIN_PASSWORD}
        maxLength={MAX_PASSWORD}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
