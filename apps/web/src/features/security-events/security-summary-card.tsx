"use client";

import { useQuery } from "@tanstack/react-query";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { SUMMARY_DAYS, securitySummaryQuery } from "./security-event-query.ts";
import { kindWords } from "./security-words.ts";
import { SeverityBadge } from "./severity-badge.tsx";

/** How often each kind happened in the last days; a press on one shows its events. */
export function SecuritySummaryCard({ chosen, onChoose }: { chosen: string; onChoose: (kind: string) => void }) {
  const summary = useQuery(securitySummaryQuery);
  return (
    <Card flush title={`Last ${SUMMARY_DAYS} days`} note="Choose a kind to see its events.">
      {summary.isPending ? <SkeletonRows rows={3} /> : null}
      {summary.isError ? (
        <ErrorState error={summary.error} what="The counts could not be read" onRetry={() => void summary.refetch()} className="border-0" />
      ) : null}
      {summary.data?.length === 0 ? (
        <EmptyState title="Nothing happened">Failed sign-ins, refusals and lockouts are counted here.</EmptyState>
      ) : null}
      <ul className="grid sm:grid-cols-2">
        {summary.data?.map((line) => (
          <li
            key={`${line.kind} ${line.severity}`}
            className="relative flex min-w-0 items-center gap-3 border-b border-line px-4 py-2 last:border-b-0 hover:bg-hover/60 has-focus-visible:bg-hover/60 has-[[aria-pressed=true]]:bg-pressed/50 sm:nth-last-[2]:odd:border-b-0 sm:odd:border-r"
          >
            <SeverityBadge value={line.severity} isShort />
            <div className="min-w-0 flex-1">
              <button
                type="button"
                aria-pressed={chosen === line.kind}
                className="max-w-full truncate text-left font-medium after:absolute after:inset-0"
                onClick={() => onChoose(chosen === line.kind ? "" : line.kind)}
              >
                {kindWords(line.kind)}
              </button>
              <p className="truncate text-xs text-faint">
                last <RelativeTime at={line.lastAt} />
              </p>
            </div>
            <span className="shrink-0 text-sm text-muted tabular-nums">{formatPlural(line.count, "time")}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
