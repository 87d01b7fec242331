"use client";

import type { Run } from "@crew/contracts/runs";
import { useQuery } from "@tanstack/react-query";
import { recentRunsQuery } from "../../data/recent-runs-query.ts";
import { hasEnded } from "../../data/run-ends.ts";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";

export function RunsNow() {
  const runs = useQuery(recentRunsQuery(8));
  const active = runs.data?.filter((run) => !hasEnded(run.state)) ?? [];
  const ended = runs.data?.filter((run) => hasEnded(run.state)) ?? [];
  return (
    <Card
      flush
      title={active.length > 0 ? `Running now (${active.length})` : "Recent runs"}
      actions={
        <RouteLink href="/runs" className="rounded-sm text-sm text-muted hover:text-text">
          All runs
        </RouteLink>
      }
    >
      {runs.isPending ? <SkeletonRows rows={3} /> : null}
      {runs.isError ? <ErrorState error={runs.error} what="The runs could not be read" onRetry={() => void runs.refetch()} /> : null}
      {runs.data?.length === 0 ? <EmptyState title="No run yet">The agents of a run show here while they work.</EmptyState> : null}
      <RunRows runs={active} />
      {active.length > 0 && ended.length > 0 ? (
        <h3 className="border-b border-line bg-sunken px-4 py-1 text-xs text-faint">Ended</h3>
      ) : null}
      <RunRows runs={ended} />
    </Card>
  );
}

function RunRows({ runs }: { runs: Run[] }) {
  return (
    <ul className="@container">
      {runs.map((run) => (
        <li key={run.id} className="relative flex h-11 items-center gap-3 border-b border-line px-4 last:border-b-0 hover:bg-hover/60">
          <StatusMark state={run.state} label={false} />
          <RouteLink data-row href={`/runs/${run.id}`} className="min-w-0 flex-1 truncate rounded-sm after:absolute after:inset-0">
            {run.crewName}
          </RouteLink>
          {hasEnded(run.state) ? null : (
            <span className="shrink-0 text-xs text-muted @max-xs:hidden">
              {run.progress.tasksDone} of {run.progress.tasksTotal} tasks
            </span>
          )}
          <span className="w-20 shrink-0 text-right text-xs text-faint @max-md:hidden">
            {run.totals.costUsd === null ? "cost unknown" : `$${run.totals.costUsd}`}
          </span>
          <RelativeTime at={run.createdAt} className="w-20 shrink-0 text-right text-xs text-faint" />
        </li>
      ))}
    </ul>
  );
}
