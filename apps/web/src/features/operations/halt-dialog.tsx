"use client";

import { idempotencyKey } from "@crew/client/idempotency-key";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { haltEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";

export interface HaltDialogProps {
  open: boolean;
  /** `null`: the whole workspace. */
  crew: { id: string; name: string } | null;
  onClose: () => void;
}

/** Halts a crew or the workspace, with the reason that everybody reads whose run is refused. */
export function HaltDialog({ open, crew, onClose }: HaltDialogProps) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const halt = useMutation({
    mutationFn: () =>
      callApi(haltEndpoints.create, {
        body: { scope: crew ? "crew" : "workspace", crewId: crew?.id ?? null, reason: reason.trim() },
        headers: idempotencyKey(),
      }),
    onSuccess: ({ stopping }) => {
      for (const key of ["halts", "runs", "run", "crews"]) void queries.invalidateQueries({ queryKey: [key] });
      const name = crew?.name ?? "The workspace";
      showToast(stopping > 0 ? `${name} is halted; ${formatPlural(stopping, "run")} told to stop` : `${name} is halted`);
      setReason("");
      onClose();
    },
  });
  const send = () => {
    if (!halt.isPending && reason.trim() !== "") halt.mutate();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={crew ? `Halt ${crew.name}?` : "Halt the workspace?"}
      actions={
        <>
          <Button onClick={onClose}>Keep it going</Button>
          <Button variant="danger" busy={halt.isPending} disabled={reason.trim() === ""} onClick={send}>
            {crew ? "Halt the crew" : "Halt the workspace"}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <p className="text-muted">
          {crew ? "Its runs that are going are stopped" : "Every run and chat answer that is going is stopped"}, and nothing new begins.
          What waits in the queue, for a person or for a time, stays and goes on when the halt is lifted.
        </p>
        <Field label="Reason" hint="Told to everybody whose run is refused.">
          <Input maxLength={500} required value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {halt.isError ? <ErrorState error={halt.error} what="Nothing was halted" /> : null}
      </form>
    </Dialog>
  );
}
