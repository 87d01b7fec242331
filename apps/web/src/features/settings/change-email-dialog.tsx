"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { callAuth } from "../sessions/auth-calls.ts";

/** Nothing changes until the new address has answered. */
export default function ChangeEmailDialog({ onClose }: { onClose: () => void }) {
  const [form, setForm] = useState({ newEmail: "", password: "" });
  const ask = useMutation({ mutationFn: () => callAuth("/change-email", { ...form, newEmail: form.newEmail.trim() }) });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Another e-mail"
      actions={
        ask.isSuccess ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form="change-email-form" variant="primary" busy={ask.isPending}>
              Send the link
            </Button>
          </>
        )
      }
    >
      {ask.isSuccess ? (
        <p role="status">
          A link is on its way to {form.newEmail.trim()}. Open it, and the new address counts; until then the old one does. The old one is
          told too.
        </p>
      ) : (
        <form
          id="change-email-form"
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!ask.isPending) ask.mutate();
          }}
        >
          <Field label="New e-mail">
            <Input
              type="email"
              required
              maxLength={254}
              autoComplete="email"
              value={form.newEmail}
              onChange={(event) => setForm({ ...form, newEmail: event.target.value })}
            />
          </Field>
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
          {ask.isError ? <ErrorState error={ask.error} what="The address is the same as before" /> : null}
        </form>
      )}
    </Dialog>
  );
}
