"use client";

import type { Run } from "@crew/contracts/runs";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Elapsed } from "./elapsed.tsx";
import { type RunFilters, runListQuery } from "./run-queries.ts";
import { costWords, starterWords } from "./run-words.ts";

export interface RunListProps {
  filters?: RunFilters;
  /** Rows of a page. */
  limit?: number;
  /** Only the newest rows, without a foot: for a place on another page. */
  isBrief?: boolean;
  empty?: ReactNode;
}

/** Runs, newest first, kept fresh by the workspace's hints on the socket. Rows take `j` and `k`. */
export function RunList({ filters = {}, limit = 25, isBrief = false, empty }: RunListProps) {
  const query = useInfiniteQuery(runListQuery(filters, limit));
  if (query.isError && !query.data) {
    return <ErrorState error={query.error} what="The runs could not be read" onRetry={() => void query.refetch()} className="m-3" />;
  }
  if (!query.data) return <SkeletonRows rows={Math.min(limit, 8)} />;
  const runs = query.data.pages.flatMap((page) => page.data);
  if (runs.length === 0) return empty ?? <NoRuns isFiltered={Object.values(filters).some((value) => value !== undefined)} />;
  return (
    <>
      <Table caption="Runs" columns={isBrief ? BRIEF_COLUMNS : COLUMNS} rows={runs} rowKey={(run) => run.id} />
      {isBrief ? null : (
        <Pager
          shown={runs.length}
          noun={runs.length === 1 ? "run" : "runs"}
          hasMore={query.hasNextPage}
          busy={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </>
  );
}

const COLUMNS: Column<Run>[] = [
  { id: "run", header: "Run", cell: (run) => <RunName run={run} /> },
  { id: "progress", header: "Progress", className: "w-36 max-xl:hidden", cell: (run) => <Progress run={run} /> },
  {
    id: "elapsed",
    header: "Elapsed",
    align: "right",
    className: "w-24",
    cell: (run) => <Elapsed from={run.startedAt} to={run.endedAt} className="text-sm text-muted" />,
  },
  { id: "cost", header: "Cost", align: "right", className: "w-24 max-sm:hidden", cell: (run) => <Cost run={run} /> },
  {
    id: "starter",
    header: "Started by",
    className: "w-32 max-lg:hidden",
    cell: (run) => <span className="text-sm text-muted">{starterWords(run.startedBy)}</span>,
  },
  {
    id: "created",
    header: "Started",
    align: "right",
    className: "w-28 max-md:hidden",
    cell: (run) => <RelativeTime at={run.createdAt} className="text-sm text-faint" />,
  },
];

const BRIEF_COLUMNS = COLUMNS.filter(({ id }) => id === "run" || id === "elapsed" || id === "cost" || id === "created");

function RunName({ run }: { run: Run }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <StatusMark state={run.state} label={false} />
      <RouteLink
        href={`/runs/${run.id}`}
        data-row=""
        className="max-w-[75%] shrink-0 truncate rounded-sm font-medium outline-offset-4 after:absolute after:inset-0"
      >
        {run.crewName}
      </RouteLink>
      {run.crewVersion === null ? null : <span className="shrink-0 text-xs text-faint">v{run.crewVersion}</span>}
      {run.kind === "chat" ? <span className="shrink-0 text-xs text-faint">chat</span> : null}
      <Aside run={run} />
    </span>
  );
}

/** What a person should know about it before opening: why it waits, why it failed. */
function Aside({ run }: { run: Run }) {
  if (run.state === "waiting" && run.reason !== null) {
    const words = {
      human_input: "review",
      approval: "approval",
      needs_attention: "attention",
      budget: "budget",
      provider_limit: "provider",
      timer: "timer",
      paused: "paused",
    };
    return <span className="shrink-0 text-xs text-warn">waits: {words[run.reason]}</span>;
  }
  if (run.state === "failed" && run.error)
    return <span className="min-w-0 truncate text-xs text-bad max-sm:hidden">{run.error.message}</span>;
  return null;
}

function Progress({ run }: { run: Run }) {
  const { tasksDone, tasksTotal } = run.progress;
  if (tasksTotal === 0) return <span className="text-sm text-faint">–</span>;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="h-1 w-16 overflow-hidden rounded-full bg-pressed">
        <span className="block h-full bg-accent" style={{ width: `${(100 * tasksDone) / tasksTotal}%` }} />
      </span>
      <span className="text-xs text-faint">
        {tasksDone} of {tasksTotal}
      </span>
    </span>
  );
}

function Cost({ run }: { run: Run }) {
  return <span className="text-sm text-muted">{costWords(run.totals.costUsd, false)}</span>;
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyState title="No run fits">Choose another state, crew or kind.</EmptyState>
  ) : (
    <EmptyState
      title="No runs yet"
      action={
        <RouteLink href="/crews" className="text-accent hover:underline">
          Choose a crew to run
        </RouteLink>
      }
    >
      A run is a crew at work on your inputs. Start one from a crew's page and watch it here.
    </EmptyState>
  );
}
