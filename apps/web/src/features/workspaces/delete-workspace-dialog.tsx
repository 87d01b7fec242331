"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { enterWorkspace } from "./enter-workspace.ts";

/** The name is typed, so that nobody deletes the wrong one. */
export default function DeleteWorkspaceDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const [name, setName] = useState("");
  const remove = useMutation({
    mutationFn: () => callApi(workspaceEndpoints.delete, { params: { workspaceId: me.workspace.id }, body: { name } }),
    onSuccess: () => enterWorkspace(null),
  });
  const isMeant = name === me.workspace.name;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Delete ${me.workspace.name}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            type="submit"
            form="delete-workspace-form"
            variant="danger"
            disabled={!isMeant}
            busy={remove.isPending || remove.isSuccess}
          >
            Delete for good
          </Button>
        </>
      }
    >
      <form
        id="delete-workspace-form"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (isMeant && !remove.isPending) remove.mutate();
        }}
      >
        <p className="text-muted">Crews, runs, conversations, members, keys, secrets and the audit log of it are gone for good.</p>
        <Field
          label={
            <>
              Type <span className="font-mono">{me.workspace.name}</span> to go on
            </>
          }
        >
          <Input maxLength={80} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        {remove.isError ? <ErrorState error={remove.error} what="The workspace was not deleted" /> : null}
      </form>
    </Dialog>
  );
}
