"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { installationQuery } from "../../data/session-queries.ts";
import { isServerPath, safeReturnPath } from "../../shell/navigation.ts";
import { TextLink } from "../../ui/text-link.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { explainProviderFailure } from "./explain-provider-failure.ts";
import { FormError } from "./form-error.tsx";
import { PasswordStepForm } from "./password-step-form.tsx";
import { ProviderButtons } from "./provider-buttons.tsx";
import { SecondStepForm } from "./second-step-form.tsx";
import { SessionCard } from "./session-card.tsx";

/** Sign-in by password and, where there is one, the second factor; or by an account elsewhere. */
export function SignInForm() {
  const installation = useQuery(installationQuery).data;
  const queries = useQueryClient();
  const { replace } = useNavigate();
  const [isCodeAsked, setCodeAsked] = useState(false);
  const [isEnded, setEnded] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  // Another's sign-in page leads back to here when something is missing still; known only in the browser.
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    setCodeAsked(query.has("second-factor"));
    setFailure(explainProviderFailure(query.get("failed")));
    setEnded(query.has("ended"));
  }, []);
  const returnPath = () => safeReturnPath(new URLSearchParams(location.search).get("next"));

  const enter = async () => {
    await queries.resetQueries({ queryKey: ["me"] });
    const path = returnPath();
    if (isServerPath(path)) location.assign(path);
    else replace(path);
  };

  if (isCodeAsked) {
    return (
      <SessionCard title="Second step" note="It is you so far. Now the second factor.">
        <SecondStepForm onDone={enter} onBack={() => setCodeAsked(false)} />
      </SessionCard>
    );
  }
  return (
    <SessionCard
      title="Sign in"
      note={installation?.mode === "embedded" ? "Or open the link that the terminal printed at start." : undefined}
      foot={
        <>
          {installation?.signUpOpen ? (
            <>
              No account yet? <TextLink href="/sign-up">Sign up</TextLink> ·{" "}
            </>
          ) : null}
          <TextLink href="/forgot-password">Forgot your password?</TextLink>
        </>
      }
    >
      {isEnded && !failure ? (
        <p role="status" className="mb-4 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          Your session here has ended: somebody signed it out, the password changed, or it was too old. Sign in again.
        </p>
      ) : null}
      {failure ? (
        <div className="mb-4">
          <FormError text={failure} />
        </div>
      ) : null}
      <PasswordStepForm onDone={(next) => (next === "code" ? setCodeAsked(true) : enter())} />
      {installation ? <ProviderButtons providers={installation.signInProviders ?? []} returnTo={returnPath()} /> : null}
    </SessionCard>
  );
}
