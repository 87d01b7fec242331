"use client";

import { CreateInvitation, type NewInvitation } from "@crew/contracts/invitations";
import { useMutation } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { invitationEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { type ChosenRole, RoleSelect } from "../roles/role-select.tsx";

export default function InviteDialog({ onClose, onInvited }: { onClose: () => void; onInvited: (invitation: NewInvitation) => void }) {
  const form = useContractForm(CreateInvitation, { email: "", role: "builder", customRoleId: null } as ChosenRole & { email: string });
  const invite = useMutation({
    mutationFn: (body: CreateInvitation) => callApi(invitationEndpoints.create, { body }),
    onSuccess: onInvited,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite somebody"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form="invite-form" variant="primary" busy={invite.isPending}>
            Invite
          </Button>
        </>
      }
    >
      <form
        id="invite-form"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const body = invite.isPending ? null : form.check({ ...form.values, email: form.values.email.trim() });
          if (body) invite.mutate(body);
        }}
      >
        <Field label="E-mail" error={form.problems.email}>
          <Input type="email" maxLength={254} value={form.values.email} onChange={(event) => form.set({ email: event.target.value })} />
        </Field>
        <Field label="Role" hint="What each role may do is listed under Roles.">
          <RoleSelect value={form.values} onChange={form.set} />
        </Field>
        {invite.isError ? <ErrorState error={invite.error} what="Nobody was invited" /> : null}
      </form>
    </Dialog>
  );
}
