"use client";

import type { WorkspaceRole } from "@crew/contracts/roles";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { roleEndpoints } from "../../data/endpoints.ts";
import { rolesQuery } from "../../data/people-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { formatPlural } from "../../ui/format-figures.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { RoleMatrix } from "./role-matrix.tsx";

const RoleDialog = lazy(() => import("./role-dialog.tsx"));

export function RolesSettings() {
  const roles = useQuery(rolesQuery);
  const mayWrite = useMay("roles:write");
  const [edited, setEdited] = useState<WorkspaceRole | "new" | null>(null);
  const [doomed, setDoomed] = useState<WorkspaceRole | null>(null);
  const own = roles.data?.filter((role) => role.id !== null) ?? [];
  return (
    <>
      <Card
        flush
        title="Own roles"
        note={
          mayWrite ? (
            "Made for this workspace. A role allows no more than its maker may."
          ) : (
            <>
              Making roles is for those who manage the workspace. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
              New role
            </Button>
          ) : null
        }
      >
        {roles.isPending ? <SkeletonRows rows={2} /> : null}
        {roles.isError ? (
          <ErrorState error={roles.error} what="The roles could not be read" onRetry={() => void roles.refetch()} className="border-0" />
        ) : null}
        {roles.data && own.length === 0 ? (
          <EmptyState title="No role of its own yet">
            The five below fit most teams. An own role is for what lies between them, such as one who only answers what runs ask.
          </EmptyState>
        ) : null}
        <ul>
          {own.map((role) => (
            <li key={role.id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{role.name}</p>
                <p className="truncate text-xs text-faint">
                  {[role.description, formatPlural(role.permissions.length, "permission"), formatPlural(role.memberCount, "member")]
                    .filter(Boolean)
                    .join(" · ")}
                </p>
              </div>
              {mayWrite ? (
                <span className="flex shrink-0">
                  <IconButton label={`Edit ${role.name}`} icon={<Pencil />} onClick={() => setEdited(role)} />
                  <IconButton label={`Delete ${role.name}`} icon={<Trash2 />} onClick={() => setDoomed(role)} />
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      </Card>
      {roles.data ? <RoleMatrix roles={roles.data} /> : null}
      <Suspense fallback={null}>
        {edited ? <RoleDialog role={edited === "new" ? null : edited} onClose={() => setEdited(null)} /> : null}
      </Suspense>
      <DeleteRoleDialog role={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function DeleteRoleDialog({ role, onClose }: { role: WorkspaceRole | null; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (roleId: string) => callApi(roleEndpoints.delete, { params: { roleId } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["roles"] });
      showToast("The role is gone");
      onClose();
    },
    onError: (error) => showToast("The role was not deleted", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={role !== null}
      title={`Delete ${role?.name ?? "role"}?`}
      confirm="Delete role"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => role?.id && remove.mutate(role.id)}
    >
      {role && role.memberCount > 0
        ? `${formatPlural(role.memberCount, "member")} still ${role.memberCount === 1 ? "has" : "have"} it: give them another role first.`
        : "Nobody has it. It cannot be brought back."}
    </ConfirmDialog>
  );
}
