"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { signUp } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { SessionCard } from "./session-card.tsx";

export const MIN_PASSWORD = 12;

export function SignUpForm() {
  const installation = useQuery(installationQuery);
  const back = (
    <>
      Have an account?{" "}
      <RouteLink href="/sign-in" className="text-accent underline underline-offset-2">
        Sign in
      </RouteLink>
    </>
  );
  return (
    <SessionCard title="Create an account" note="You get a workspace of your own with example crews to run." foot={back}>
      {installation.isPending ? <Skeleton className="h-64" /> : null}
      {installation.isError ? <FormError text={explainError(installation.error).reason} /> : null}
      {installation.data?.signUpOpen ? <SignUpFields /> : null}
      {installation.data && !installation.data.signUpOpen ? (
        <p className="text-muted">
          This installation takes new people by invitation only. Ask whoever runs it for an account, or for <code>CREW_SIGNUP=open</code>.
        </p>
      ) : null}
    </SessionCard>
  );
}

function SignUpFields() {
  const queries = useQueryClient();
  const { replace } = useNavigate();
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isShort = form.password.length > 0 && form.password.length < MIN_PASSWORD;

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await signUp(form);
      await queries.resetQueries({ queryKey: ["me"] });
      replace("/");
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && !isShort) void submit();
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
          autoComplete="username"
          value={form.email}
          onChange={(event) => setForm({ ...form, email: event.target.value })}
        />
      </Field>
      <Field
        label="Password"
        hint={`At least ${MIN_PASSWORD} characters; a few words are good.`}
        error={isShort ? `${MIN_PASSWORD - form.password.length} characters to go.` : undefined}
      >
        <Input
          type="password"
          required
          minLength={MIN_PASSWORD}
          maxLength={200}
          autoComplete="new-password"
          value={form.password}
          onChange={(event) => setForm({ ...form, password: event.target.value })}
        />
      </Field>
      {error ? <FormError text={explainError(error).reason} /> : null}
      <Button type="submit" variant="primary" busy={isBusy}>
        Create account
      </Button>
    </form>
  );
}
