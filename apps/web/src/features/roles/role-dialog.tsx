"use client";

import type { Permission } from "@crew/contracts/permissions";
import { CreateRole, type WorkspaceRole } from "@crew/contracts/roles";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { roleEndpoints } from "../../data/endpoints.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { PermissionPicker } from "./permission-picker.tsx";

/** Makes or changes a role. Offers what its maker may hand on, and keeps what the role has beyond that. */
export default function RoleDialog({ role, onClose }: { role: WorkspaceRole | null; onClose: () => void }) {
  const queries = useQueryClient();
  const mine = useQuery(meQuery).data?.permissions ?? [];
  const offered = mine.filter((permission) => permission !== "workspace:own");
  const form = useContractForm(CreateRole, {
    name: role?.name ?? "",
    description: role?.description ?? "",
    permissions: new Set<Permission>(role?.permissions ?? ["workspace:read", "members:read", "crews:read", "runs:read"]),
  });
  const save = useMutation({
    mutationFn: (body: CreateRole) =>
      role?.id ? callApi(roleEndpoints.update, { params: { roleId: role.id }, body }) : callApi(roleEndpoints.create, { body }),
    onSuccess: (saved) => {
      void queries.invalidateQueries({ queryKey: ["roles"] });
      showToast(`The role ${saved.name} is ${role ? "changed" : "made"}`);
      onClose();
    },
  });
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={role ? `Role “${role.name}”` : "New role"}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="role-form" variant="primary" busy={save.isPending}>
            {role ? "Save" : "Create role"}
          </Button>
        </>
      }
    >
      <form
        id="role-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const body = save.isPending ? null : form.check({ ...form.values, permissions: [...form.values.permissions] });
          if (body) save.mutate(body);
        }}
      >
        <Field label="Name" error={form.problems.name}>
          <Input maxLength={60} value={form.values.name} onChange={(event) => form.set({ name: event.target.value })} />
        </Field>
        <Field label="What it is for" optional error={form.problems.description}>
          <Input maxLength={400} value={form.values.description} onChange={(event) => form.set({ description: event.target.value })} />
        </Field>
        <PermissionPicker
          legend="It may"
          offered={offered}
          chosen={form.values.permissions}
          onChange={(chosen) => form.set({ permissions: new Set(chosen) })}
        />
        {save.isError ? <ErrorState error={save.error} what="The role was not saved" kept="What you chose is kept here." /> : null}
      </form>
    </Dialog>
  );
}
