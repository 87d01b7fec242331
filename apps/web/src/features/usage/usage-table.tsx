"use client";

import type { UsageGroup, UsageRow } from "@crew/contracts/usage";
import { MAX_USAGE_ROWS } from "@crew/contracts/usage-limits";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatCount, formatShortCount, formatUsd } from "../../ui/format-figures.ts";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { usageQuery } from "./usage-queries.ts";
import { dayWords, type UsageSpan } from "./usage-span.ts";

const HEADS: Record<UsageGroup, string> = { crew: "Crew", agent: "Agent", model: "Model", user: "Person", key: "API key", day: "Day" };

/** What one kind of thing has cost in the span, the dearest first. */
export function UsageTable({ span, group }: { span: UsageSpan; group: UsageGroup }) {
  const usage = useQuery(usageQuery(span, group));
  if (usage.isError) {
    return <ErrorState error={usage.error} what="The usage could not be read" onRetry={() => void usage.refetch()} className="border-0" />;
  }
  if (!usage.data || usage.data.groupBy !== group) return <SkeletonRows rows={4} />;
  const { data, isCut, totals } = usage.data;
  if (data.length === 0) {
    return <EmptyState title="No calls in this time">Each call of a model is counted here once it has ended.</EmptyState>;
  }
  return (
    <>
      <Table
        caption={`Usage by ${HEADS[group].toLowerCase()}`}
        columns={columnsOf(group, Number(totals.costUsd))}
        rows={group === "day" ? data.toReversed() : data}
        rowKey={(row) => row.key ?? ""}
      />
      {isCut ? (
        <p className="border-t border-line px-4 py-2 text-xs text-faint">
          The {MAX_USAGE_ROWS} dearest are shown; the sums above count all.
        </p>
      ) : null}
    </>
  );
}

function columnsOf(group: UsageGroup, total: number): Column<UsageRow>[] {
  return [
    { id: "name", header: HEADS[group], cell: (row) => <Name group={group} row={row} /> },
    { id: "calls", header: "Calls", align: "right", className: "w-20 tabular-nums max-sm:hidden", cell: (row) => formatCount(row.calls) },
    {
      id: "tokens",
      header: "Tokens in / out",
      align: "right",
      className: "w-36 tabular-nums max-md:hidden",
      cell: (row) => `${formatShortCount(row.inputTokens)} / ${formatShortCount(row.outputTokens)}`,
    },
    {
      id: "share",
      header: "Share",
      align: "right",
      className: "w-16 text-muted tabular-nums max-sm:hidden",
      cell: (row) => shareOf(row, total),
    },
    { id: "cost", header: "Cost", align: "right", className: "w-28 tabular-nums", cell: (row) => <Cost row={row} /> },
  ];
}

function Name({ group, row }: { group: UsageGroup; row: UsageRow }) {
  if (group === "day") return <span className="tabular-nums">{dayWords(row.key ?? "")}</span>;
  if (group === "crew" && row.key && row.name !== "A deleted crew") return <TextLink href={`/crews/${row.key}`}>{row.name}</TextLink>;
  return <span className={row.key === null ? "text-muted" : ""}>{row.name}</span>;
}

function Cost({ row }: { row: UsageRow }) {
  const isAllUnpriced = row.unpricedCalls > 0 && Number(row.costUsd) === 0;
  return (
    <>
      <span className="font-medium">{isAllUnpriced ? "unknown" : formatUsd(row.costUsd)}</span>
      {Number(row.estimatedUsd) > 0 ? <span className="block text-xs text-faint">{formatUsd(row.estimatedUsd)} estimated</span> : null}
    </>
  );
}

function shareOf(row: UsageRow, total: number): string {
  return total === 0 ? "–" : `${Math.round((Number(row.costUsd) / total) * 100)} %`;
}
