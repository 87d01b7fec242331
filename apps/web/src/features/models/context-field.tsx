"use client";

import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";

/** How much a provider's models read, for those that nobody's table knows. */
export function ContextField({ value, error, onChange }: { value: string; error: string | undefined; onChange: (text: string) => void }) {
  return (
    <Field
      label="Context windows"
      optional
      error={error && "Write a model and a number from 2,000 on a line, such as llama3.2:3b 32000."}
      hint="A model and its tokens a line, such as llama3.2:3b 32000. Chats show models that are not named here what the price list, or a cautious guess, allows."
    >
      <Textarea rows={2} value={value} className="font-mono text-sm" onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}
