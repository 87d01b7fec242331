"use client";

import type { HeldRun, Worker } from "@crew/contracts/workers";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { formatDuration, formatPlural } from "../../ui/format-figures.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { doingWords } from "./dead-letter-words.ts";

/** A worker beats every three seconds, and has lost its runs after ten. */
const LATE_MS = 7_000;

export function WorkerCard({ worker }: { worker: Worker }) {
  const isLate = worker.heartbeatAgeMs > LATE_MS;
  const others = worker.running - worker.runs.length;
  return (
    <Card
      flush
      title={
        <span className="flex min-w-0 flex-wrap items-center gap-x-2">
          <span className="min-w-0 break-all">{worker.host}</span>
          <span className="text-sm font-normal text-faint">process {worker.pid}</span>
          {isLate ? <Badge tone="warn">late</Badge> : <Badge tone="good">well</Badge>}
        </span>
      }
      note={
        <>
          version {worker.version || "unknown"}, up since <RelativeTime at={worker.startedAt} />, last sign of life{" "}
          {formatDuration(worker.heartbeatAgeMs)} ago
        </>
      }
      actions={<Load running={worker.running} capacity={worker.capacity} />}
    >
      {worker.runs.length > 0 ? (
        <Table caption={`Runs of process ${worker.pid}`} columns={COLUMNS} rows={worker.runs} rowKey={(run) => run.runId} />
      ) : null}
      {worker.runs.length === 0 || others > 0 ? (
        <p className="px-4 py-3 text-sm text-muted">
          {worker.running === 0
            ? "It waits for work."
            : `${formatPlural(others, "run")} ${worker.runs.length > 0 ? "more, " : ""}of other workspaces${worker.runs.length >= 50 ? " or beyond the fifty shown" : ""}.`}
        </p>
      ) : null}
    </Card>
  );
}

function Load({ running, capacity }: { running: number; capacity: number }) {
  return (
    <span className="flex items-center gap-2 text-sm text-muted">
      <span className="max-sm:sr-only">
        {running} of {capacity}
        <span className="sr-only"> places taken</span>
      </span>
      <span aria-hidden="true" className="block h-1.5 w-20 overflow-hidden rounded-sm bg-line max-sm:w-12">
        <span className="block h-full bg-accent" style={{ width: `${Math.min(100, (100 * running) / capacity)}%` }} />
      </span>
    </span>
  );
}

const COLUMNS: Column<HeldRun>[] = [
  {
    id: "run",
    header: "Run",
    cell: (run) => (
      <RouteLink href={`/runs/${run.runId}`} data-row="" className="font-medium outline-offset-4 after:absolute after:inset-0">
        {run.name}
      </RouteLink>
    ),
  },
  {
    id: "doing",
    header: "Does now",
    className: "max-sm:hidden",
    cell: (run) => <span className="text-sm text-muted">{doingWords(run.lastEvent, run.stepKey)}</span>,
  },
  { id: "attempt", header: "Attempt", align: "right", className: "w-20 max-md:hidden", cell: (run) => run.attempt },
  {
    id: "running",
    header: "For",
    align: "right",
    className: "w-24",
    cell: (run) => <span className="text-sm text-muted">{formatDuration(run.runningMs)}</span>,
  },
  {
    id: "lease",
    header: "Lease age",
    align: "right",
    className: "w-24",
    cell: (run) => (
      <span className={run.leaseAgeMs > LATE_MS ? "text-sm text-warn" : "text-sm text-muted"}>{formatDuration(run.leaseAgeMs)}</span>
    ),
  },
];
