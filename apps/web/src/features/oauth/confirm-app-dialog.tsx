"use client";

import type { OAuthClient } from "@crew/contracts/oauth-clients";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";

export interface DoomedApp {
  app: OAuthClient;
  what: "secret" | "delete";
}

export interface ConfirmAppDialogProps {
  doomed: DoomedApp | null;
  busy: boolean;
  onClose: () => void;
  onConfirm: (doomed: DoomedApp) => void;
}

export function ConfirmAppDialog({ doomed, busy, onClose, onConfirm }: ConfirmAppDialogProps) {
  const isDelete = doomed?.what === "delete";
  return (
    <ConfirmDialog
      open={doomed !== null}
      title={isDelete ? `Delete ${doomed?.app.name}?` : `A new secret for ${doomed?.app.name ?? "the app"}?`}
      confirm={isDelete ? "Delete app" : "Make a new secret"}
      busy={busy}
      onClose={onClose}
      onConfirm={() => doomed && onConfirm(doomed)}
    >
      {isDelete
        ? "Its tokens count no more, and what people have allowed it is forgotten."
        : "The one of now stops working at once: the app needs the new one before it can go on."}
    </ConfirmDialog>
  );
}
