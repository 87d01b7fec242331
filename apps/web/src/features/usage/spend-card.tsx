"use client";

import type { Usage } from "@crew/contracts/usage";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatPlural, formatShortCount, formatUsd } from "../../ui/format-figures.ts";
import { Skeleton } from "../../ui/skeleton.tsx";
import { SpendChart } from "./spend-chart.tsx";
import { usageQuery } from "./usage-queries.ts";
import { SPANS, type SpanName, spanOf } from "./usage-span.ts";

/** What was spent: today, this month and in the span that is looked at. */
export function SpendCard({ name, picker }: { name: SpanName; picker: ReactNode }) {
  const span = spanOf(name, new Date());
  // Today and this month stand there anyway.
  const third = name === "today" || name === "month" ? "week" : name;
  const shown = useQuery(usageQuery(span, "day"));
  const besides = useQuery(usageQuery(spanOf(third, new Date()), "day"));
  const today = useQuery(usageQuery(spanOf("today", new Date()), "day"));
  const month = useQuery(usageQuery(spanOf("month", new Date()), "day"));
  return (
    <Card title="Spend" note="Days are those of UTC, as budgets count them." actions={picker}>
      {shown.isError ? (
        <ErrorState error={shown.error} what="The usage could not be read" onRetry={() => void shown.refetch()} className="border-0 p-0" />
      ) : (
        <div className="flex flex-col gap-5">
          <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
            <Figure label="Today" usage={today.data} />
            <Figure label="This month" usage={month.data} />
            <Figure label={SPANS[third]} usage={besides.data} />
            <div className="min-w-0">
              <dt className="truncate text-xs text-faint">{SPANS[name]}, tokens in / out</dt>
              <dd className="text-lg font-semibold tabular-nums">
                {shown.data ? (
                  `${formatShortCount(shown.data.totals.inputTokens)} / ${formatShortCount(shown.data.totals.outputTokens)}`
                ) : (
                  <Skeleton className="w-24" />
                )}
              </dd>
            </div>
          </dl>
          {shown.data ? <SpendChart span={shown.data} rows={shown.data.data} /> : <Skeleton className="h-24 w-full" />}
          {shown.data ? <Notes usage={shown.data} /> : null}
        </div>
      )}
    </Card>
  );
}

function Figure({ label, usage }: { label: string; usage: Usage | undefined }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-faint">{label}</dt>
      <dd className="text-lg font-semibold tabular-nums">{usage ? formatUsd(usage.totals.costUsd) : <Skeleton className="w-20" />}</dd>
      {usage ? <dd className="text-xs text-muted tabular-nums">{formatPlural(usage.totals.calls, "call")}</dd> : null}
    </div>
  );
}

/** What the sum does not say by itself. */
function Notes({ usage: { totals } }: { usage: Usage }) {
  const isGuessed = Number(totals.estimatedUsd) > 0;
  if (!isGuessed && totals.unpricedCalls === 0) return null;
  return (
    <ul className="flex flex-col gap-1 text-xs text-muted">
      {isGuessed ? (
        <li>{formatUsd(totals.estimatedUsd)} of it is estimated: calls that were cut before the provider said what they took.</li>
      ) : null}
      {totals.unpricedCalls > 0 ? (
        <li>{formatPlural(totals.unpricedCalls, "call")} of models whose price is unknown are not in the sum. Set their price below.</li>
      ) : null}
    </ul>
  );
}
