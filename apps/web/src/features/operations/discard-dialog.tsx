"use client";

import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/textarea.tsx";

export interface DiscardDialogProps {
  /** `this dead letter`, `3 dead letters`. */
  what: string;
  busy: boolean;
  onDiscard: (reason: string) => void;
  onClose: () => void;
}

export function DiscardDialog({ what, busy, onDiscard, onClose }: DiscardDialogProps) {
  const [reason, setReason] = useState("");
  const isGiven = reason.trim() !== "";
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Discard ${what}`}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button variant="danger" disabled={!isGiven} busy={busy} onClick={() => onDiscard(reason.trim())}>
            Discard
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">It cannot be redriven afterwards. The run itself stays readable, and so does the reason.</p>
        <Field label="Why" hint="Those who look later read it.">
          <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
