"use client";

import type { Trigger } from "@crew/contracts/triggers";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

export interface DoomedTrigger {
  trigger: Trigger;
  what: "secret" | "delete";
}

export interface ConfirmTriggerDialogProps {
  doomed: DoomedTrigger | null;
  busy: boolean;
  onClose: () => void;
  onConfirm: (doomed: DoomedTrigger) => void;
}

export function ConfirmTriggerDialog({ doomed, busy, onClose, onConfirm }: ConfirmTriggerDialogProps) {
  const isDeletion = doomed?.what === "delete";
  return (
    <ConfirmDialog
      open={doomed !== null}
      title={isDeletion ? `Delete ${doomed?.trigger.name}?` : "Make a new signing secret?"}
      confirm={isDeletion ? "Delete trigger" : "New secret"}
      busy={busy}
      onClose={onClose}
      onConfirm={() => doomed && onConfirm(doomed)}
    >
      {isDeletion
        ? "Its address is gone: who sends to it is refused. The record of its events goes with it; its runs stay."
        : "The old secret is good for another day, so that the sender can be changed in between. Then only the new one is."}
    </ConfirmDialog>
  );
}
