"use client";

import type { Me } from "@crew/contracts/session";
import { useMutation } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { workspaceEndpoints } from "../../data/endpoints.ts";
import { leaving } from "../../data/leaving.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { enterWorkspace } from "./enter-workspace.ts";

const TransferDialog = lazy(() => import("./transfer-dialog.tsx"));
const DeleteWorkspaceDialog = lazy(() => import("./delete-workspace-dialog.tsx"));

/** Hand over, leave, delete. */
export function EndWorkspaceCard({ me }: { me: Me }) {
  const [open, setOpen] = useState<"transfer" | "leave" | "delete" | null>(null);
  const close = () => setOpen(null);
  const isOwner = me.permissions.includes("workspace:own");
  const leave = useMutation({
    mutationFn: () => leaving(() => callApi(workspaceEndpoints.leave, { params: { workspaceId: me.workspace.id } })),
    onSuccess: () => enterWorkspace(null),
    onError: (error) => showToast("You are still a member", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <Card title="Hand over or leave">
      <div className="flex flex-col gap-4">
        {isOwner ? (
          <>
            <Act text="Make another member the owner; you become an admin.">
              <Button onClick={() => setOpen("transfer")}>Hand over…</Button>
            </Act>
            <Act text="Delete the workspace with all crews, runs, conversations, keys and secrets in it, for everybody.">
              <Button variant="danger" onClick={() => setOpen("delete")}>
                Delete…
              </Button>
            </Act>
          </>
        ) : (
          <Act text="Leave the workspace. Your API keys in it end; what you have built stays.">
            <Button variant="danger" onClick={() => setOpen("leave")}>
              Leave…
            </Button>
          </Act>
        )}
      </div>
      <ConfirmDialog
        open={open === "leave"}
        title={`Leave ${me.workspace.name}?`}
        confirm="Leave"
        busy={leave.isPending}
        onClose={close}
        onConfirm={() => leave.mutate()}
      >
        You lose access at once; only a new invitation brings you back.
      </ConfirmDialog>
      <Suspense fallback={null}>
        {open === "transfer" ? <TransferDialog me={me} onClose={close} /> : null}
        {open === "delete" ? <DeleteWorkspaceDialog me={me} onClose={close} /> : null}
      </Suspense>
    </Card>
  );
}

function Act({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="max-w-120 text-sm text-muted">{text}</p>
      {children}
    </div>
  );
}
