"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import type { Run } from "@crew/contracts/runs";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import { formatCount, formatMoment, formatPlural } from "../../ui/format-figures.ts";
import { DemoBadge } from "../models/demo-note.tsx";
import { Elapsed } from "./elapsed.tsx";
import { costWords, starterWords } from "./run-words.ts";

/** Time, money and origin of a run in one line that wraps. */
export function RunFacts({ run, view, isDemo, namesDemo }: { run: Run; view: LiveRunView; isDemo: boolean; namesDemo: boolean }) {
  // The row is settled with the last event; until then the events are ahead of it.
  const totals = run.endedAt === null ? view.totals : run.totals;
  const interruptions = view.resumptions.filter(({ because }) => because === "worker_lost" || because === "drained").length;
  const done = view.tasks.filter((task) => task.state === "succeeded").length;
  return (
    <dl className="flex flex-wrap items-center gap-x-6 gap-y-2 text-sm">
      <Fact label="Elapsed">
        <Elapsed
          from={view.startedAt ?? run.startedAt}
          to={view.endedAt ?? run.endedAt}
          className={run.endedAt === null ? "inline-block min-w-12" : undefined}
        />
      </Fact>
      <Fact label="Cost">{costWords(totals.costUsd, isDemo)}</Fact>
      <Fact label="Tokens">
        {formatCount(totals.inputTokens)} in, {formatCount(totals.outputTokens)} out
      </Fact>
      <Fact label="Calls">
        {formatCount(totals.modelCalls)} model, {formatCount(totals.toolCalls)} tool
      </Fact>
      {view.tasks.length > 1 ? (
        <Fact label="Tasks">
          {done} of {view.tasks.length}
        </Fact>
      ) : null}
      <Fact label="Started">
        {formatMoment(run.createdAt)} by {starterWords(run.startedBy)}
      </Fact>
      {run.deadlineAt !== null && run.endedAt === null ? <Fact label="Ends at the latest">{formatMoment(run.deadlineAt)}</Fact> : null}
      {interruptions > 0 ? (
        <div>
          <dt className="sr-only">Interruptions</dt>
          <dd>
            <Badge tone="warn">survived {formatPlural(interruptions, "interruption")}</Badge>
          </dd>
        </div>
      ) : null}
      {namesDemo ? (
        <div>
          <dt className="sr-only">Model</dt>
          <dd>
            <DemoBadge />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-1.5">
      <dt className="text-xs text-faint">{label}</dt>
      <dd className="whitespace-nowrap">{children}</dd>
    </div>
  );
}
