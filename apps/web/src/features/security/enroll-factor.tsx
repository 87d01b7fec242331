"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/code.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { callAuth } from "../sessions/auth-calls.ts";
import { CodeField } from "../sessions/code-field.tsx";
import { PasswordPrompt } from "./password-prompt.tsx";
import { QrCode } from "./qr-code.tsx";

interface Enrollment {
  totpUri: string;
  recoveryCodes: string[];
}

/** Password, then the picture for the app, then its first code; only that turns the factor on. */
export default function EnrollFactor({ onCancel, onDone }: { onCancel: () => void; onDone: (recoveryCodes: string[]) => void }) {
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: (password: string) => callAuth<Enrollment>("/two-factor/enable", { password }) });
  const confirm = useMutation({
    mutationFn: () => callAuth("/two-factor/verify-totp", { code }),
    onSuccess: async () => {
      showToast("The second factor is on");
      if (begin.data) onDone(begin.data.recoveryCodes);
      await queries.invalidateQueries({ queryKey: ["me"] });
    },
    onError: () => setCode(""),
  });

  if (!begin.data) {
    return (
      <PasswordPrompt
        submit="Go on"
        hint="To be sure that it is you."
        busy={begin.isPending}
        error={begin.error}
        what="Nothing was changed"
        onSubmit={begin.mutate}
        onCancel={onCancel}
      />
    );
  }
  const seed = new URL(begin.data.totpUri).searchParams.get("secret") ?? "";
  return (
    <form
      className="grid items-start gap-6 sm:grid-cols-[auto_1fr]"
      onSubmit={(event) => {
        event.preventDefault();
        if (!confirm.isPending) confirm.mutate();
      }}
    >
      <QrCode text={begin.data.totpUri} label="QR picture for the authenticator app" />
      <div className="flex min-w-0 flex-col gap-4">
        <p className="text-muted">Scan this with an authenticator app, or type the key into it. Then enter the code that it shows.</p>
        <Code label="Key for the authenticator app" text={seed.replace(/(.{4})(?=.)/g, "$1 ")} wrap />
        <CodeField kind="totp" value={code} onChange={setCode} autoFocus />
        {confirm.isError ? <ErrorState error={confirm.error} what="The code was not taken" /> : null}
        <div className="flex gap-2">
          <Button type="submit" variant="primary" busy={confirm.isPending}>
            Turn on
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      </div>
    </form>
  );
}
