"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button, buttonClass } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { forgetAddressToken } from "./address-token.ts";
import { callAuth } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { isShortPassword, NewPasswordField } from "./new-password-field.tsx";
import { SessionCard } from "./session-card.tsx";
import { useAddressToken } from "./use-address-token.ts";

/** Where the link of the mail leads: choose a new password. */
export function ResetPasswordForm() {
  const token = useAddressToken();
  const [password, setPassword] = useState("");
  const reset = useMutation({
    mutationFn: () => callAuth("/reset-password", { token, newPassword: password }),
    onSuccess: forgetAddressToken,
  });
  return (
    <SessionCard title="Choose a new password" foot={<TextLink href="/forgot-password">Ask for a new link</TextLink>}>
      {token === undefined ? <Skeleton className="h-32" /> : null}
      {token === null ? <p>This address lacks the token of the mail. Open the link of the mail once more, or ask for a new one.</p> : null}
      {reset.isSuccess ? (
        <div role="status" className="flex flex-col gap-4">
          <p>Your new password is set, and every session of yours has ended.</p>
          <RouteLink href="/sign-in" className={buttonClass("primary")}>
            Sign in
          </RouteLink>
        </div>
      ) : null}
      {token && !reset.isSuccess ? (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!reset.isPending && !isShortPassword(password)) reset.mutate();
          }}
        >
          <NewPasswordField label="New password" value={password} onChange={setPassword} />
          {reset.isError ? <FormError text={explainError(reset.error).reason} /> : null}
          <Button type="submit" variant="primary" busy={reset.isPending}>
            Set the password
          </Button>
        </form>
      ) : null}
    </SessionCard>
  );
}
