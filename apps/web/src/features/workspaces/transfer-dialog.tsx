"use client";

import type { Me } from "@crew/contracts/session";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { membersQuery } from "../../data/people-queries.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { enterWorkspace } from "./enter-workspace.ts";

export default function TransferDialog({ me, onClose }: { me: Me; onClose: () => void }) {
  const members = useInfiniteQuery(membersQuery(me.workspace.id));
  const [userId, setUserId] = useState("");
  const others = members.data?.pages.flatMap((page) => page.data).filter((member) => member.userId !== me.userId) ?? [];
  const transfer = useMutation({
    mutationFn: () => callApi(workspaceEndpoints.transfer, { params: { workspaceId: me.workspace.id }, body: { userId } }),
    onSuccess: () => enterWorkspace(me.workspace.id),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Hand over ${me.workspace.name}`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={userId === ""}
            busy={transfer.isPending || transfer.isSuccess}
            onClick={() => transfer.mutate()}
          >
            Hand over
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">The new owner may do everything, also delete the workspace. You become an admin.</p>
        <Field
          label="New owner"
          hint={members.data && others.length === 0 ? "There is nobody else yet: invite somebody first." : undefined}
        >
          <Select value={userId} onChange={(event) => setUserId(event.target.value)}>
            <option value="">Choose a member</option>
            {others.map((member) => (
              <option key={member.userId} value={member.userId}>
                {member.name} {member.email ? `(${member.email})` : ""}
              </option>
            ))}
          </Select>
        </Field>
        {members.hasNextPage ? (
          <Button size="sm" busy={members.isFetchingNextPage} className="self-start" onClick={() => void members.fetchNextPage()}>
            Show more members
          </Button>
        ) : null}
        {transfer.isError ? <ErrorState error={transfer.error} what="You are still the owner" /> : null}
      </div>
    </Dialog>
  );
}
