"use client";

import type { RunEvent } from "@crew/contracts/run-events";
import type { Run } from "@crew/contracts/runs";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, FileJson, Link2, MessageSquare, RotateCcw, Square } from "lucide-react";
import { useEffect, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { runEndpoints } from "../../data/endpoints.ts";
import { hasEnded } from "../../data/run-ends.ts";
import { meQuery } from "../../data/session-queries.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { downloadText } from "../../ui/download-text.ts";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useStartRun } from "../crews/use-start-run.ts";
import { runDefinitionQuery } from "./run-queries.ts";

export function RunActions({ run, events }: { run: Run; events: readonly RunEvent[] }) {
  const permissions = useQuery(meQuery).data?.permissions ?? [];
  const isOver = hasEnded(run.state);
  const { push } = useNavigate();
  return (
    <>
      {run.kind === "crew" && run.crewId !== null && permissions.includes("conversations:write") ? (
        <Button
          variant="ghost"
          icon={<MessageSquare className="size-4" />}
          onClick={() => push(`/chat?crew=${run.crewId}&run=${run.id}`)}
          aria-label="Ask about this run"
        >
          <span className="max-lg:hidden">Ask</span>
        </Button>
      ) : null}
      {isOver ? null : <StopButton run={run} isAllowed={permissions.includes("runs:cancel")} />}
      {isOver && run.crewId !== null ? (
        <RunAgainButton run={run} crewId={run.crewId} isAllowed={permissions.includes("runs:start")} />
      ) : null}
      <DropdownMenu
        trigger={
          <Button aria-label="More actions" variant="ghost" className="w-8 px-0 max-sm:w-10">
            <Ellipsis className="size-4" />
          </Button>
        }
        actions={[
          { label: "Copy link", icon: <Link2 />, onSelect: () => void copyLink() },
          {
            label: "Export events as JSON",
            icon: <FileJson />,
            onSelect: () => downloadText(`${run.id}-events.json`, JSON.stringify({ run, events }, null, 2), "application/json"),
          },
        ]}
      />
    </>
  );
}

function StopButton({ run, isAllowed }: { run: Run; isAllowed: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => callApi(runEndpoints.cancel, { params: { runId: run.id } }),
    onSuccess: (stopped) => queries.setQueryData(["run", run.id], stopped),
    onError: (error) => showToast("The run was not stopped.", { tone: "bad", detail: explainError(error).reason }),
    onSettled: () => setAsking(false),
  });
  if (!isAllowed) return null;
  return (
    <>
      <Button
        variant="danger"
        icon={<Square className="size-3.5" />}
        busy={stop.isPending || stop.isSuccess}
        onClick={() => setAsking(true)}
      >
        {stop.isSuccess ? "Stopping" : "Stop"}
      </Button>
      <ConfirmDialog
        open={isAsking}
        title="Stop this run?"
        confirm="Stop the run"
        busy={stop.isPending}
        onConfirm={() => stop.mutate()}
        onClose={() => setAsking(false)}
      >
        Nothing new is started and calls under way are closed. Finished tasks and their outputs stay; what was used so far is charged. A
        stopped run cannot go on.
      </ConfirmDialog>
    </>
  );
}

function RunAgainButton({ run, crewId, isAllowed }: { run: Run; crewId: string; isAllowed: boolean }) {
  const { push } = useNavigate();
  const definition = useQuery(runDefinitionQuery(run.id)).data;
  const { start, isStarting, error } = useStartRun();
  useEffect(() => {
    if (error) showToast("The run was not started.", { tone: "bad", detail: explainError(error).reason });
  }, [error]);
  if (!isAllowed) return null;
  // Documents are given to one run and can be read back only by its agents: they must be attached anew.
  const needsDocuments = (definition?.documents.length ?? 0) > 0;
  return (
    <Button
      variant="primary"
      icon={<RotateCcw className="size-3.5" />}
      busy={isStarting}
      disabled={definition === undefined}
      onClick={() => (needsDocuments ? push(`/crews/${crewId}?run=1`) : void start(crewId, { inputs: run.inputs, documents: [] }))}
    >
      Run again
    </Button>
  );
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href.split("#")[0] ?? location.href);
    showToast("The link is copied.", { detail: "It opens for members of this workspace." });
  } catch {
    showToast("The browser refused the clipboard.", { tone: "bad", detail: "Copy the address from the address bar." });
  }
}
