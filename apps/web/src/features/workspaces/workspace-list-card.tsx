"use client";

import type { Me } from "@crew/contracts/session";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { workspacesQuery } from "../../data/people-queries.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { enterWorkspace } from "./enter-workspace.ts";

const NewWorkspaceDialog = lazy(() => import("./new-workspace-dialog.tsx"));

/** Every workspace that the person is in. */
export function WorkspaceListCard({ me }: { me: Me }) {
  const workspaces = useQuery(workspacesQuery);
  const [isCreating, setCreating] = useState(false);
  return (
    <Card
      flush
      title="Your workspaces"
      note="Each has its own people, crews, runs, keys and secrets."
      actions={
        <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setCreating(true)}>
          New workspace
        </Button>
      }
    >
      {workspaces.isPending ? <SkeletonRows rows={2} /> : null}
      {workspaces.isError ? (
        <ErrorState
          error={workspaces.error}
          what="The workspaces could not be read"
          onRetry={() => void workspaces.refetch()}
          className="border-0"
        />
      ) : null}
      <ul>
        {workspaces.data?.map((workspace) => (
          <li key={workspace.id} className="flex min-h-11 items-center gap-3 border-b border-line px-4 py-1.5 last:border-b-0">
            <span className="min-w-0 flex-1 truncate font-medium">{workspace.name}</span>
            <span className="text-sm text-muted">{workspace.role}</span>
            {workspace.id === me.workspace.id ? (
              <Badge tone="accent">open</Badge>
            ) : (
              <Button size="sm" onClick={() => enterWorkspace(workspace.id)}>
                Open
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Suspense fallback={null}>{isCreating ? <NewWorkspaceDialog onClose={() => setCreating(false)} /> : null}</Suspense>
    </Card>
  );
}
