"use client";

import { SetCredentials } from "@crew/contracts/session";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { sessionEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { issueWords } from "../../ui/issue-words.ts";
import { showToast } from "../../ui/toast-store.ts";

/** Gives the local owner an account of their own, so that they can sign in from another browser. */
export default function CredentialsForm({ name }: { name: string }) {
  const queries = useQueryClient();
  const [form, setForm] = useState({ name, email: "", password: "" });
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async () => {
    const parsed = SetCredentials.safeParse(form);
    setProblems(parsed.success ? {} : Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issueWords(issue)])));
    if (!parsed.success) return;
    setBusy(true);
    setError(null);
    try {
      queries.setQueryData(meQuery.queryKey, await callApi(sessionEndpoints.setCredentials, { body: parsed.data }));
      showToast("You can now sign in with your e-mail and password");
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <form
      noValidate
      className="flex max-w-100 flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <Field label="Name" error={problems.name}>
        <Input autoComplete="name" value={form.name} onChange={(event) => setForm({ ...form, name: event.target.value })} />
      </Field>
      <Field label="E-mail" error={problems.email}>
        <Input
          type="email"
          autoComplete="username"
          value={form.email}
          onChange={(event) => setForm({ ...form, email: event.target.value })}
        />
      </Field>
      <Field label="Password" error={problems.password} hint="At least 12 characters; a few words are good.">
        <Input
          type="password"
          autoComplete="new-password"
          value={form.password}
          onChange={(event) => setForm({ ...form, password: event.target.value })}
        />
      </Field>
      {error ? <ErrorState error={error} what="Nothing was changed" /> : null}
      <Button type="submit" variant="primary" busy={isBusy} className="self-start">
        Save
      </Button>
    </form>
  );
}
