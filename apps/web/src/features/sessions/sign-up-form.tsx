"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { signUp } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { isShortPassword, NewPasswordField } from "./new-password-field.tsx";
import { SessionCard } from "./session-card.tsx";

export function SignUpForm() {
  const installation = useQuery(installationQuery);
  const queries = useQueryClient();
  const { replace } = useNavigate();
  const enter = async () => {
    await queries.resetQueries({ queryKey: ["me"] });
    replace("/");
  };
  const back = (
    <>
      Have an account? <TextLink href="/sign-in">Sign in</TextLink>
    </>
  );
  return (
    <SessionCard title="Create an account" note="You get a workspace of your own with example crews to run." foot={back}>
      {installation.isPending ? <Skeleton className="h-64" /> : null}
      {installation.isError ? <FormError text={explainError(installation.error).reason} /> : null}
      {installation.data?.signUpOpen ? <SignUpFields onDone={enter} /> : null}
      {installation.data && !installation.data.signUpOpen ? (
        <p className="text-muted">
          This installation takes new people by invitation only. Ask whoever runs it for an account, or for <code>CREW_SIGNUP=open</code>.
        </p>
      ) : null}
    </SessionCard>
  );
}

export interface SignUpFieldsProps {
  /** Of an invitation: the address is settled. */
  email?: string;
  invitation?: string;
  onDone: () => Promise<void> | void;
}

export function SignUpFields({ email, invitation, onDone }: SignUpFieldsProps) {
  const [form, setForm] = useState({ name: "", email: email ?? "", password: "" });
  const create = useMutation({
    mutationFn: async () => {
      await signUp({ ...form, email: form.email.trim(), ...(invitation ? { invitation } : {}) });
      await onDone();
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!create.isPending && !isShortPassword(form.password)) create.mutate();
      }}
    >
      <Field label="Name">
        <Input
          required
          maxLength={80}
          autoComplete="name"
          autoFocus
          value={form.name}
          onChange={(event) => setForm({ ...form, name: event.target.value })}
        />
      </Field>
      <Field label="E-mail">
        <Input
          type="email"
          required
          readOnly={email !== undefined}
          maxLength={254}
          autoComplete="username"
          value={form.email}
          onChange={(event) => setForm({ ...form, email: event.target.value })}
        />
      </Field>
      <NewPasswordField value={form.password} onChange={(password) => setForm({ ...form, password })} />
      {create.isError ? <FormError text={explainError(create.error).reason} /> : null}
      <Button type="submit" variant="primary" busy={create.isPending}>
        Create account
      </Button>
    </form>
  );
}
