"use client";

import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { leaving } from "../../data/leaving.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PasswordPrompt } from "../security/password-prompt.tsx";
import { callAuth } from "../sessions/auth-calls.ts";

export function DeleteAccountCard() {
  const [isOpen, setOpen] = useState(false);
  const remove = useMutation({
    mutationFn: (password: string) => leaving(() => callAuth("/delete-account", { password })),
    onSuccess: () => location.assign("/sign-in"),
  });
  return (
    <Card title="Delete your account">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="max-w-120 text-sm text-muted">
          You, your keys and the workspaces that nobody else is in are gone for good. Hand over the others first.
        </p>
        <Button variant="danger" onClick={() => setOpen(true)}>
          Delete…
        </Button>
      </div>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="Delete your account?">
        <PasswordPrompt
          submit="Delete for good"
          busy={remove.isPending || remove.isSuccess}
          error={remove.error}
          what="Your account is still there"
          onSubmit={remove.mutate}
          onCancel={() => setOpen(false)}
        />
      </Dialog>
    </Card>
  );
}
