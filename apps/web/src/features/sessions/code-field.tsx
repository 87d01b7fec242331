"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export interface CodeFieldProps {
  kind: "totp" | "recovery";
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
}

/** Six figures of an authenticator app, or one of the codes that were kept for the day it is gone. */
export function CodeField({ kind, value, onChange, autoFocus = false }: CodeFieldProps) {
  const isTotp = kind === "totp";
  return (
    <Field
      label={isTotp ? "Code" : "Recovery code"}
      hint={isTotp ? "The six figures that your authenticator app shows now." : "Each of them works once."}
    >
      <Input
        required
        autoFocus={autoFocus}
        inputMode={isTotp ? "numeric" : "text"}
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        pattern={isTotp ? "[0-9]{6}" : undefined}
        title={isTotp ? "Six figures" : undefined}
        maxLength={isTotp ? 6 : 40}
        className="font-mono tracking-wider"
        value={value}
        onChange={(event) => onChange(isTotp ? event.target.value.replace(/\D/g, "") : event.target.value)}
      />
    </Field>
  );
}
