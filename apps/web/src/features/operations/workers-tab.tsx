"use client";

import type { Operations } from "@crew/contracts/workers";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatDuration } from "../../ui/format-figures.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import NotAllowed from "../members/not-allowed.tsx";
import { useMay } from "../members/use-may.ts";
import { JobsTable } from "./jobs-table.tsx";
import { workersQuery } from "./operation-queries.ts";
import { WorkerCard } from "./worker-card.tsx";

/** Who runs what, how much waits, and how fast it moves. */
export function WorkersTab() {
  const mayRead = useMay("workers:read");
  return mayRead ? <Workers /> : <NotAllowed permission="workers:read" what="see the workers" />;
}

function Workers() {
  const query = useQuery(workersQuery);
  if (!query.data) {
    if (query.isError) return <ErrorState error={query.error} what="The workers could not be read" onRetry={() => void query.refetch()} />;
    return <SkeletonRows rows={6} />;
  }
  const told = query.data;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {query.isError ? <p className="text-sm text-warn">These figures are not fresh: they cannot be read just now.</p> : null}
      <Figures told={told} />
      <section aria-label="Workers" className="flex min-w-0 flex-col gap-3">
        {told.workers.map((worker) => (
          <WorkerCard key={worker.id} worker={worker} />
        ))}
        {told.workers.length === 0 ? (
          <EmptyState title="No worker is there">
            Runs are kept and wait. Start a worker process; it takes them up within a second.
          </EmptyState>
        ) : null}
      </section>
      <Card flush title="Jobs" note="Mails, checks and other work beside the runs, of the whole installation.">
        <JobsTable jobs={told.jobs} />
      </Card>
    </div>
  );
}

const KINDS = { crew: "crew runs", chat: "chat answers" };
const REASONS: Record<Operations["waiting"][number]["reason"], string> = {
  human_input: "for a review",
  approval: "for an approval",
  needs_attention: "for attention",
  budget: "for a budget",
  provider_limit: "for a provider",
  timer: "for a time",
  paused: "paused by a person",
};

function Figures({ told }: { told: Operations }) {
  const queued = told.queued.reduce((sum, { count }) => sum + count, 0);
  const waiting = told.waiting.reduce((sum, { count }) => sum + count, 0);
  const { last5Minutes, last60Minutes } = told.rates;
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <Figure name="Running" value={formatCount(told.running)}>
        of {formatCount(told.workers.reduce((sum, { capacity }) => sum + capacity, 0))} places at all workers
      </Figure>
      <Figure name="Queued" value={formatCount(queued)} isBad={told.workers.length === 0 && queued > 0}>
        {queued === 0
          ? "Nothing waits for a worker."
          : told.queued.map(({ kind, count, oldestMs }) => `${count} ${KINDS[kind]}, oldest ${formatDuration(oldestMs)}`).join(" · ")}
      </Figure>
      <Figure name="Waiting" value={formatCount(waiting)}>
        {waiting === 0
          ? "Nothing waits for anything else."
          : told.waiting
              .map(({ reason, count, oldestMs }) => `${count} ${REASONS[reason]}, oldest ${formatDuration(oldestMs)}`)
              .join(" · ")}
      </Figure>
      <Figure name="Ended a minute" value={last5Minutes.endedPerMinute.toFixed(1)}>
        {last5Minutes.startedPerMinute.toFixed(1)} started, in five minutes; in an hour {last60Minutes.endedPerMinute.toFixed(1)} ended,{" "}
        {last60Minutes.startedPerMinute.toFixed(1)} started
      </Figure>
    </dl>
  );
}

function Figure({ name, value, isBad = false, children }: { name: string; value: string; isBad?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface p-4">
      <dt className="text-xs text-faint">{name}</dt>
      <dd className={isBad ? "text-xl font-semibold text-bad" : "text-xl font-semibold"}>{value}</dd>
      <dd className="mt-1 text-xs break-words text-muted">{children}</dd>
    </div>
  );
}
