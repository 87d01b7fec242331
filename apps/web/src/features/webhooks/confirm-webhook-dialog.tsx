"use client";

import type { Webhook } from "@crew/contracts/webhooks";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

export interface DoomedWebhook {
  webhook: Webhook;
  what: "secret" | "delete";
}

export interface ConfirmWebhookDialogProps {
  doomed: DoomedWebhook | null;
  busy: boolean;
  onClose: () => void;
  onConfirm: (doomed: DoomedWebhook) => void;
}

export function ConfirmWebhookDialog({ doomed, busy, onClose, onConfirm }: ConfirmWebhookDialogProps) {
  const isDeletion = doomed?.what === "delete";
  return (
    <ConfirmDialog
      open={doomed !== null}
      title={isDeletion ? "Delete this webhook?" : "Make a new signing secret?"}
      confirm={isDeletion ? "Delete webhook" : "New secret"}
      busy={busy}
      onClose={onClose}
      onConfirm={() => doomed && onConfirm(doomed)}
    >
      <p className="mb-2 font-mono text-xs break-all">{doomed?.webhook.url}</p>
      {isDeletion
        ? "The address is told nothing more, and the record of what it was sent goes with it."
        : "Messages carry two signatures for a day, one of the new secret and one of the old, so that the receiver can be changed in between. Then the old one signs nothing more."}
    </ConfirmDialog>
  );
}
