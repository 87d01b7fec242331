"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { callAuth } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { SessionCard } from "./session-card.tsx";

/** Asks for a link that sets a new password. The answer is the same whether there is such an account or not. */
export function ForgotPasswordForm() {
  const sendsMail = useQuery(installationQuery).data?.sendsMail ?? true;
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => callAuth("/request-password-reset", { email: email.trim() }) });
  return (
    <SessionCard
      title="Forgot your password?"
      note="A link to choose a new one comes by e-mail."
      foot={<TextLink href="/sign-in">Back to sign-in</TextLink>}
    >
      {ask.isSuccess ? (
        <div role="status" className="flex flex-col gap-3">
          <p className="break-words">If there is an account for {email.trim()}, the link is on its way. It works for 15 minutes, once.</p>
          <p className="text-sm text-muted">
            {sendsMail
              ? "Nothing came? Look into the spam folder, and whether the address is right."
              : "This installation keeps its mails in a folder: ask whoever runs it."}
          </p>
          <Button onClick={() => ask.reset()}>Ask once more</Button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!ask.isPending) ask.mutate();
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
          {ask.isError ? <FormError text={explainError(ask.error).reason} /> : null}
          <Button type="submit" variant="primary" busy={ask.isPending}>
            Send the link
          </Button>
        </form>
      )}
    </SessionCard>
  );
}
