"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { callAuth } from "../sessions/auth-calls.ts";

export default function DisableFactorDialog({ isRequired, onClose }: { isRequired: boolean; onClose: () => void }) {
  const queries = useQueryClient();
  const [form, setForm] = useState({ password: "", code: "" });
  const disable = useMutation({
    mutationFn: () => callAuth("/two-factor/disable", { password: form.password, code: form.code.trim() }),
    onSuccess: () => {
      showToast("The second factor is off");
      onClose();
      return queries.invalidateQueries({ queryKey: ["me"] });
    },
    onError: () => setForm((before) => ({ ...before, code: "" })),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Turn the second factor off?"
      actions={
        <>
          <Button onClick={onClose}>Keep it on</Button>
          <Button type="submit" form="disable-factor-form" variant="danger" busy={disable.isPending}>
            Turn off
          </Button>
        </>
      }
    >
      <form
        id="disable-factor-form"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!disable.isPending) disable.mutate();
        }}
      >
        <p className="text-muted">
          The password alone lets in after this.
          {isRequired ? " This workspace asks for a second factor, so it shuts you out until you set one up again." : ""}
        </p>
        <Field label="Your password">
          <Input
            type="password"
            required
            maxLength={200}
            autoComplete="current-password"
            value={form.password}
            onChange={(event) => setForm({ ...form, password: event.target.value })}
          />
        </Field>
        <Field label="Code" hint="Of the authenticator app, or a recovery code.">
          <Input
            required
            minLength={6}
            maxLength={64}
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            className="font-mono"
            value={form.code}
            onChange={(event) => setForm({ ...form, code: event.target.value })}
          />
        </Field>
        {disable.isError ? <ErrorState error={disable.error} what="It is still on" /> : null}
      </form>
    </Dialog>
  );
}
