"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { callAuth } from "../sessions/auth-calls.ts";
import { isShortPassword, NewPasswordField } from "../sessions/new-password-field.tsx";

export function PasswordCard() {
  const queries = useQueryClient();
  const [form, setForm] = useState({ currentPassword: "", newPassword: "" });
  const change = useMutation({
    mutationFn: () => callAuth("/change-password", form),
    onSuccess: () => {
      setForm({ currentPassword: "", newPassword: "" });
      showToast("Your password is changed", { detail: "Every other session of yours has ended." });
      return queries.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <Card title="Password" note="A new one ends every other session of yours.">
      <form
        className="flex max-w-100 flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending && !isShortPassword(form.newPassword)) change.mutate();
        }}
      >
        <Field label="Current password">
          <Input
            type="password"
            required
            maxLength={200}
            autoComplete="current-password"
            value={form.currentPassword}
            onChange={(event) => setForm({ ...form, currentPassword: event.target.value })}
          />
        </Field>
        <NewPasswordField label="New password" value={form.newPassword} onChange={(newPassword) => setForm({ ...form, newPassword })} />
        {change.isError ? <ErrorState error={change.error} what="The password is the same as before" /> : null}
        <Button type="submit" busy={change.isPending} className="self-start">
          Change password
        </Button>
      </form>
    </Card>
  );
}
