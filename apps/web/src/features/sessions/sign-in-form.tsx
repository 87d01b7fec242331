"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { safeReturnPath } from "../../shell/navigation.ts";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { signIn } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { SessionCard } from "./session-card.tsx";

export function SignInForm() {
  const installation = useQuery(installationQuery).data;
  const queries = useQueryClient();
  const { replace } = useNavigate();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await signIn({ email, password });
      await queries.resetQueries({ queryKey: ["me"] });
      replace(safeReturnPath(new URLSearchParams(location.search).get("next")));
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  };

  return (
    <SessionCard
      title="Sign in"
      note={installation?.mode === "embedded" ? "Or open the link that the terminal printed at start." : undefined}
      foot={
        installation?.signUpOpen ? (
          <>
            No account yet?{" "}
            <RouteLink href="/sign-up" className="text-accent underline underline-offset-2">
              Sign up
            </RouteLink>
          </>
        ) : null
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit();
        }}
      >
        <Field label="E-mail">
          <Input type="email" required autoComplete="username" autoFocus value={email} onChange={(event) => setEmail(event.target.value)} />
        </Field>
        <Field label="Password">
          <Input
            type="password"
            required
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {error ? <FormError text={explainError(error).reason} /> : null}
        <Button type="submit" variant="primary" busy={isBusy}>
          Sign in
        </Button>
      </form>
    </SessionCard>
  );
}
