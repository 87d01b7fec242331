"use client";

import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export interface PasswordPromptProps {
  submit: string;
  hint?: string;
  busy: boolean;
  error: unknown;
  /** What is said when it fails, such as "Nothing was changed". */
  what: string;
  onSubmit: (password: string) => void;
  onCancel: () => void;
}

/** The password in the place where it is asked for. */
export function PasswordPrompt({ submit, hint, busy, error, what, onSubmit, onCancel }: PasswordPromptProps) {
  const [password, setPassword] = useState("");
  return (
    <form
      className="flex max-w-100 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSubmit(password);
      }}
    >
      <Field label="Your password" hint={hint}>
        <Input
          type="password"
          required
          autoFocus
          maxLength={200}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      {error ? <ErrorState error={error} what={what} /> : null}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          {submit}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
