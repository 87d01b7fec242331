"use client";

import type { Member } from "@crew/contracts/members";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { memberEndpoints } from "../../data/endpoints.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";

export interface RemoveMemberDialogProps {
  workspaceId: string;
  member: Member | null;
  onClose: () => void;
}

export function RemoveMemberDialog({ workspaceId, member, onClose }: RemoveMemberDialogProps) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (one: Member) => callApi(memberEndpoints.remove, { params: { workspaceId, userId: one.userId } }),
    onSuccess: (_, one) => {
      void queries.invalidateQueries({ queryKey: ["members"] });
      showToast(`${one.name} is no longer a member`);
      onClose();
    },
    onError: (error) => showToast("Nobody was removed", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <ConfirmDialog
      open={member !== null}
      title={`Remove ${member?.name ?? "member"}?`}
      confirm="Remove member"
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => member && remove.mutate(member)}
    >
      They lose access at once; their API keys here and what they were granted on crews end with it. Crews, runs and conversations stay.
    </ConfirmDialog>
  );
}
