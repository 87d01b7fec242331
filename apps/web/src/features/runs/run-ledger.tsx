"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatPlural } from "../../ui/format-figures.ts";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { LedgerAttempt } from "./ledger-attempt.tsx";
import { type LedgerGroup, ledgerGroups } from "./ledger-groups.ts";
import { runLedgerQuery } from "./run-queries.ts";
import { costWords } from "./run-words.ts";

/** Every attempt to call a model, by task, with what it cost and what the task has cost so far. */
export function RunLedger({ runId, view }: { runId: string; view: LiveRunView }) {
  const query = useInfiniteQuery(runLedgerQuery(runId));
  const { refetch } = query;
  const ended = endedAttempts(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt that has ended is the occasion to read anew
  useEffect(() => void refetch(), [ended, view.state, refetch]);
  if (query.isError) return <ErrorState error={query.error} what="The ledger could not be read" onRetry={() => void refetch()} />;
  if (!query.data) return <SkeletonRows rows={4} />;
  const attempts = query.data.pages.flatMap((page) => page.data);
  if (attempts.length === 0)
    return <EmptyState title="No calls yet">Each attempt to call a model is written here before it is sent.</EmptyState>;
  return (
    <div className="flex flex-col gap-4">
      {ledgerGroups(attempts, view.tasks).map((group) => (
        <section key={group.id} aria-label={`Calls of ${group.title}`}>
          <GroupHead group={group} isWhole={!query.hasNextPage} />
          <ul className="flex flex-col divide-y divide-line">
            {group.attempts.map((attempt) => (
              <LedgerAttempt key={attempt.attemptId} attempt={attempt} />
            ))}
          </ul>
        </section>
      ))}
      <Pager
        shown={attempts.length}
        noun={attempts.length === 1 ? "attempt" : "attempts"}
        hasMore={query.hasNextPage}
        busy={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </div>
  );
}

function GroupHead({ group: { title, attempts, totals }, isWhole }: { group: LedgerGroup; isWhole: boolean }) {
  const about = totals.isEstimated ? "about " : "";
  return (
    <header className="border-b border-line pb-1.5">
      <h3 className="truncate font-semibold">{title}</h3>
      <p className="flex flex-wrap gap-x-2 text-xs text-muted">
        <span>{formatPlural(attempts.length, "attempt")}</span>
        {totals.failed > 0 ? <span>{formatCount(totals.failed)} came to nothing</span> : null}
        <span>
          {about}
          {formatCount(totals.inputTokens)} in, {formatCount(totals.outputTokens)} out
        </span>
        <span className="ml-auto">
          {about}
          {costWords(totals.costUsd, false)}
          {isWhole ? "" : " so far"}
        </span>
      </p>
    </header>
  );
}

function endedAttempts(view: LiveRunView): number {
  const voided = view.tasks.flatMap(({ items }) => items).reduce((sum, item) => sum + (item.kind === "turn" ? item.retries.length : 0), 0);
  return view.totals.modelCalls + voided;
}
