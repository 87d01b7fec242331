"use client";

import type { AttemptOutcome } from "@crew/contracts/runs";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatDuration } from "../../ui/format-figures.ts";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { isDemoModel } from "../models/demo-note.tsx";
import { runLedgerQuery } from "./run-queries.ts";
import { costWords } from "./run-words.ts";

const OUTCOMES: Record<AttemptOutcome, { tone: BadgeTone; words: string }> = {
  pending: { tone: "accent", words: "under way" },
  completed: { tone: "good", words: "completed" },
  failed: { tone: "bad", words: "failed" },
  truncated: { tone: "warn", words: "cut off" },
  ambiguous: { tone: "warn", words: "unknown" },
  not_sent: { tone: "plain", words: "not sent" },
};

/** Every attempt to call a model, with what it cost. `calls` is new with each finished call. */
export function RunLedger({ runId, calls }: { runId: string; calls: number }) {
  const query = useInfiniteQuery(runLedgerQuery(runId));
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a finished call is the occasion to read anew
  useEffect(() => void refetch(), [calls, refetch]);
  if (query.isError) return <ErrorState error={query.error} what="The ledger could not be read" onRetry={() => void refetch()} />;
  if (!query.data) return <SkeletonRows rows={4} />;
  const attempts = query.data.pages.flatMap((page) => page.data);
  if (attempts.length === 0)
    return <EmptyState title="No calls yet">Each attempt to call a model is written here before it is sent.</EmptyState>;
  return (
    <div>
      <ul className="flex flex-col divide-y divide-line">
        {attempts.map((attempt) => {
          const { tone, words } = OUTCOMES[attempt.outcome];
          const tookMs = attempt.endedAt === null ? null : Date.parse(attempt.endedAt) - Date.parse(attempt.sentAt);
          const model = `${attempt.provider}/${attempt.model}`;
          return (
            <li key={attempt.attemptId} className="flex flex-col gap-0.5 py-2 text-sm">
              <span className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate font-mono text-xs" title={attempt.stepKey}>
                  {attempt.stepKey}
                </span>
                <Badge tone={tone}>{words}</Badge>
              </span>
              <span className="flex flex-wrap gap-x-2 text-xs text-faint">
                <span>{attempt.model.includes("/") ? attempt.model : model}</span>
                <span>
                  {attempt.inputTokens === null
                    ? "tokens unknown"
                    : `${attempt.isEstimated ? "about " : ""}${formatCount(attempt.inputTokens)} in, ${formatCount(attempt.outputTokens ?? 0)} out`}
                </span>
                {tookMs === null ? null : <span>{formatDuration(tookMs)}</span>}
                <span className="ml-auto">{costWords(attempt.costUsd, isDemoModel(model))}</span>
              </span>
            </li>
          );
        })}
      </ul>
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
