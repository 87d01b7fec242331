"use client";

import { CreateWorkspace } from "@crew/contracts/workspaces";
import { useMutation } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { enterWorkspace } from "./enter-workspace.ts";

export default function NewWorkspaceDialog({ onClose }: { onClose: () => void }) {
  const form = useContractForm(CreateWorkspace, { name: "" });
  const create = useMutation({
    mutationFn: (body: CreateWorkspace) => callApi(workspaceEndpoints.create, { body }),
    onSuccess: (workspace) => enterWorkspace(workspace.id),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="New workspace"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="workspace-form" variant="primary" busy={create.isPending || create.isSuccess}>
            Create and open
          </Button>
        </>
      }
    >
      <form
        id="workspace-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const body = create.isPending ? null : form.check();
          if (body) create.mutate(body);
        }}
      >
        <Field label="Name" hint="You are its owner; others come by invitation." error={form.problems.name}>
          <Input maxLength={80} value={form.values.name} onChange={(event) => form.set({ name: event.target.value })} />
        </Field>
        {create.isError ? <ErrorState error={create.error} what="No workspace was created" /> : null}
      </form>
    </Dialog>
  );
}
