"use client";

import type { Member } from "@crew/contracts/members";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { memberEndpoints } from "../../data/endpoints.ts";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { type ChosenRole, RoleSelect } from "../roles/role-select.tsx";

/** Gives the member another role as soon as it is chosen. */
export function MemberRoleSelect({ workspaceId, member }: { workspaceId: string; member: Member }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (given: ChosenRole) => callApi(memberEndpoints.update, { params: { workspaceId, userId: member.userId }, body: given }),
    onSuccess: (changed) => showToast(`${changed.name} is now ${changed.customRoleName ?? changed.role}`),
    onError: (error) => showToast(`${member.name} keeps the role`, { tone: "bad", detail: explainError(error).reason }),
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ["members"] }), queries.invalidateQueries({ queryKey: ["roles"] })]),
  });
  return (
    <RoleSelect
      label={`Role of ${member.name}`}
      value={change.isPending ? change.variables : { role: member.role, customRoleId: member.customRoleId }}
      disabled={change.isPending}
      onChange={(given) => change.mutate(given)}
    />
  );
}
