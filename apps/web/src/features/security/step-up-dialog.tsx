"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { sessionEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { answerStepUp } from "../../data/step-up-store.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { CodeField } from "../sessions/code-field.tsx";

/** Asks once more who it is, before what matters; what was to be done then goes on by itself. */
export default function StepUpDialog() {
  const hasFactor = useQuery(meQuery).data?.secondFactor.enabled ?? false;
  const [kind, setKind] = useState<"totp" | "recovery">("totp");
  const [text, setText] = useState("");
  const confirm = useMutation({
    mutationFn: () => callApi(sessionEndpoints.stepUp, { body: hasFactor ? { code: text.trim() } : { password: text } }),
    onSuccess: () => answerStepUp("confirmed"),
    onError: () => setText(""),
  });
  return (
    <Dialog
      open
      onClose={() => answerStepUp("declined")}
      title="Is it you?"
      actions={
        <>
          <Button onClick={() => answerStepUp("declined")}>Not now</Button>
          <Button type="submit" form="step-up-form" variant="primary" busy={confirm.isPending} disabled={text === ""}>
            Go on
          </Button>
        </>
      }
    >
      <form
        id="step-up-form"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!confirm.isPending && text !== "") confirm.mutate();
        }}
      >
        <p className="text-muted">
          This matters, so it is asked once more. What you were doing goes on by itself; ten minutes are free of this question.
        </p>
        {hasFactor ? (
          <>
            <CodeField key={kind} kind={kind} value={text} onChange={setText} autoFocus />
            <button
              type="button"
              className="self-start rounded-sm text-sm text-accent underline underline-offset-2"
              onClick={() => {
                setKind(kind === "totp" ? "recovery" : "totp");
                setText("");
              }}
            >
              {kind === "totp" ? "Use a recovery code" : "Use the authenticator app"}
            </button>
          </>
        ) : (
          <Field label="Password">
            <Input
              type="password"
              required
              maxLength={200}
              autoComplete="current-password"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
        )}
        {confirm.isError ? <ErrorState error={confirm.error} what="That was not taken" /> : null}
      </form>
    </Dialog>
  );
}
