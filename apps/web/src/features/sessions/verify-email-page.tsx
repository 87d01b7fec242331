"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, buttonClass } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { forgetAddressToken } from "./address-token.ts";
import { callAuth } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";
import { SessionCard } from "./session-card.tsx";
import { useAddressToken } from "./use-address-token.ts";

/** Where the link of the mail leads. A press confirms, not the visit: mail filters visit links too. */
export function VerifyEmailPage() {
  const token = useAddressToken();
  const queries = useQueryClient();
  const verify = useMutation({
    mutationFn: () => callAuth("/verify-email", { token }),
    onSuccess: () => {
      forgetAddressToken();
      return queries.resetQueries({ queryKey: ["me"] });
    },
  });
  return (
    <SessionCard
      title="Confirm your e-mail"
      foot={verify.isError || token === null ? <TextLink href="/settings">Ask for a new link under Profile</TextLink> : undefined}
    >
      {token === undefined ? <Skeleton className="h-16" /> : null}
      {token === null ? <p>This address lacks the token of the mail. Open the link of the mail once more, or ask for a new one.</p> : null}
      {verify.isSuccess ? (
        <div role="status" className="flex flex-col gap-4">
          <p>The address is confirmed.</p>
          <RouteLink href="/" className={buttonClass("primary")}>
            Go on
          </RouteLink>
        </div>
      ) : null}
      {token && !verify.isSuccess ? (
        <div className="flex flex-col gap-4">
          <p>One press, and this address is confirmed to be yours.</p>
          {verify.isError ? <FormError text={explainError(verify.error).reason} /> : null}
          <Button variant="primary" busy={verify.isPending} onClick={() => verify.mutate()}>
            Confirm
          </Button>
        </div>
      ) : null}
    </SessionCard>
  );
}
