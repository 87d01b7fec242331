"use client";

import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { LIMIT_WORDS, type LimitTexts } from "./provider-limits.ts";

export interface LimitFieldsProps {
  value: LimitTexts;
  issues: Record<string, string>;
  onChange: (change: Partial<LimitTexts>) => void;
}

/** How fast a provider's key may be asked; empty: nobody says. */
export function LimitFields({ value, issues, onChange }: LimitFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      {LIMIT_WORDS.map(({ field, label }) => (
        <Field key={field} label={label} error={issues[field]}>
          <Input
            inputMode="numeric"
            autoComplete="off"
            placeholder="no limit"
            value={value[field]}
            onChange={(event) => onChange({ [field]: event.target.value })}
          />
        </Field>
      ))}
    </div>
  );
}

export const LIMITS_HINT = "What the vendor allows for the key, shared by all runs. Empty: as fast as it answers, and slower after a 429.";
