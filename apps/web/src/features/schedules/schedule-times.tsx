"use client";

import { useQuery } from "@tanstack/react-query";
import { CalendarClock } from "lucide-react";
import { explainError } from "../../ui/explain-error.ts";
import { previewQuery } from "./schedule-queries.ts";
import { zoneWords } from "./schedule-words.ts";

/** A cron in words and its next five times, with what a change of the clocks does to them. */
export function ScheduleTimes({ cron, timezone }: { cron: string; timezone: string }) {
  const preview = useQuery(previewQuery(cron, timezone));
  if (preview.isError) return null;
  return (
    <section aria-label="Its next times" aria-busy={preview.isFetching} className="min-h-36 rounded-md border border-line bg-sunken p-3">
      <p className="flex items-center gap-2 text-sm font-medium">
        <CalendarClock aria-hidden="true" className="size-4 text-faint" />
        {preview.data?.words ?? " "}
      </p>
      <ol className="mt-2 flex flex-col gap-1 text-sm text-muted">
        {preview.data?.times.map(({ at, words, note }) => (
          <li key={at}>
            <time dateTime={at} className="tabular-nums">
              {words}
            </time>
            {note ? <span className="block text-xs text-warn">{note}</span> : null}
          </li>
        ))}
      </ol>
      <p className="mt-2 text-xs text-faint">By the clocks of {zoneWords(timezone)}.</p>
    </section>
  );
}

/** Why the server takes the cron for none; `undefined` while it does not. */
export function useCronProblem(cron: string, timezone: string): string | undefined {
  const { error, isPlaceholderData } = useQuery(previewQuery(cron, timezone));
  if (!error || isPlaceholderData) return undefined;
  const { reason, issues } = explainError(error);
  const [issue] = issues;
  return issue ? `The ${issue.path === "timezone" ? "time zone" : "cron"} ${issue.message}` : reason;
}
