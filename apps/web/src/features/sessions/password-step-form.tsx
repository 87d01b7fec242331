"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { signIn } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";

export function PasswordStepForm({ onDone }: { onDone: (next: "in" | "code") => Promise<void> | void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({ mutationFn: async () => onDone(await signIn({ email: email.trim(), password })) });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!enter.isPending) enter.mutate();
      }}
    >
      <Field label="E-mail">
        <Input
          type="email"
          required
          maxLength={254}
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Field label="Password">
        <Input
          type="password"
          required
          maxLength={200}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      {enter.isError ? <FormError text={explainError(enter.error).reason} /> : null}
      <Button type="submit" variant="primary" busy={enter.isPending}>
        Sign in
      </Button>
    </form>
  );
}
