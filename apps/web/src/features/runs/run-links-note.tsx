"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import type { Run } from "@crew/contracts/runs";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { RouteLink } from "../../ui/route-link.tsx";
import { runLinksQuery } from "./run-queries.ts";

/** Where a run that failed can be let go on, and which run goes on with which. Asked only of runs that may have such. */
export function RunLinksNote({ run, view }: { run: Run; view: LiveRunView }) {
  const isRedriven = run.attempt > 0 && (run.state === "queued" || view.resumptions.some(({ because }) => because === "redriven"));
  const query = useQuery({ ...runLinksQuery(run.id), enabled: view.state === "failed" || isRedriven });
  if (!query.data) return null;
  const { links, linkedBy, deadLetter } = query.data;
  const [former] = links;
  const next = linkedBy.at(-1);
  if (!former && !next && !deadLetter) return null;
  const link = "text-text underline underline-offset-2";
  return (
    <aside
      aria-label="Runs that belong to this one"
      className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-surface px-4 py-3 text-sm text-muted"
    >
      <RotateCw aria-hidden="true" className="size-4 shrink-0 text-faint" />
      {former ? (
        <span>
          It continues{" "}
          <RouteLink href={`/runs/${former.runId}`} className={link}>
            a run that had failed
          </RouteLink>
          ; what that had finished is not done again.
        </span>
      ) : null}
      {next ? (
        <span>
          It was redriven and goes on as{" "}
          <RouteLink href={`/runs/${next.runId}`} className={link}>
            a new run
          </RouteLink>
          .
        </span>
      ) : null}
      {deadLetter && deadLetter.state !== "redriven" ? (
        <span>
          {deadLetter.state === "open" ? "It can go on where it stopped: " : "It was given up: "}
          <RouteLink href={`/operations?tab=dead-letters&state=any&letter=${deadLetter.id}`} className={link}>
            open its dead letter
          </RouteLink>
          .
        </span>
      ) : null}
    </aside>
  );
}
