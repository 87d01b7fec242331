"use client";

import { ApiError } from "@crew/client/api-error";
import type { MessagePart } from "@crew/contracts/message-parts";
import type { Run } from "@crew/contracts/runs";
import { useQuery } from "@tanstack/react-query";
import { hasEnded } from "../../../data/run-ends.ts";
import { RouteLink } from "../../../ui/route-link.tsx";
import { StatusMark } from "../../../ui/status-mark.tsx";
import { visibleText } from "../../../ui/visible-text.ts";
import { Elapsed } from "../../runs/elapsed.tsx";
import { runQuery } from "../../runs/run-queries.ts";

const REFRESH_MS = 2_000;

/** Nothing more will come: the run has ended, or it is not there for this reader. Any other failure may pass. */
function isOver(run: Run | undefined, error: Error | null): boolean {
  if (run) return hasEnded(run.state);
  return error instanceof ApiError && (error.code === "not_found" || error.code === "forbidden");
}

/** A run that the answer is about, as it is now. */
export function RunCard({ part }: { part: Extract<MessagePart, { type: "run" }> }) {
  const { data: run, isError } = useQuery({
    ...runQuery(part.runId),
    retry: false,
    refetchInterval: ({ state: { data, error } }) => (isOver(data, error) ? false : REFRESH_MS),
  });
  const words = part.relation === "started" ? "Run, started here" : "Run";
  return (
    <RouteLink
      href={`/runs/${part.runId}`}
      className="flex min-h-11 min-w-0 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface px-3 py-2 hover:border-line-strong hover:bg-hover"
    >
      <span className="text-xs text-faint">{words}</span>
      <span className="min-w-0 truncate font-medium">{visibleText(part.title)}</span>
      {run ? (
        <span className="ml-auto flex shrink-0 items-center gap-3 text-sm">
          {run.progress.tasksTotal > 1 ? (
            <span className="text-faint">
              {run.progress.tasksDone} of {run.progress.tasksTotal} tasks
            </span>
          ) : null}
          <Elapsed from={run.startedAt} to={run.endedAt} className="text-faint" />
          <StatusMark state={run.state} />
        </span>
      ) : (
        <span className="ml-auto text-sm text-faint">{isError ? "cannot be read" : "…"}</span>
      )}
      {run?.error ? <span className="w-full truncate text-sm text-bad">{visibleText(run.error.message)}</span> : null}
    </RouteLink>
  );
}
