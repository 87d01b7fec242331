"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { callAuth } from "./auth-calls.ts";
import { CodeField } from "./code-field.tsx";
import { FormError } from "./form-error.tsx";

/** After the right password: the code of the second factor, or a recovery code. */
export function SecondStepForm({ onDone, onBack }: { onDone: () => Promise<void>; onBack: () => void }) {
  const [kind, setKind] = useState<"totp" | "recovery">("totp");
  const [code, setCode] = useState("");
  const verify = useMutation({
    mutationFn: async () => {
      await callAuth(kind === "totp" ? "/two-factor/verify-totp" : "/two-factor/verify-recovery-code", { code: code.trim() });
      await onDone();
    },
    // A code is taken once: the next try needs another one.
    onError: () => setCode(""),
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!verify.isPending) verify.mutate();
      }}
    >
      <CodeField key={kind} kind={kind} value={code} onChange={setCode} autoFocus />
      {verify.isError ? <FormError text={explainError(verify.error).reason} /> : null}
      <Button type="submit" variant="primary" busy={verify.isPending}>
        Go on
      </Button>
      <div className="flex flex-wrap justify-between gap-2 text-sm">
        <button
          type="button"
          className="rounded-sm text-accent underline underline-offset-2"
          onClick={() => {
            setKind(kind === "totp" ? "recovery" : "totp");
            setCode("");
            verify.reset();
          }}
        >
          {kind === "totp" ? "Use a recovery code" : "Use the authenticator app"}
        </button>
        <button type="button" className="rounded-sm text-muted underline underline-offset-2" onClick={onBack}>
          Start over
        </button>
      </div>
    </form>
  );
}
