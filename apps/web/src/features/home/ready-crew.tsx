"use client";

import type { Crew, CrewSummary } from "@crew/contracts/crews";
import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Pencil } from "lucide-react";
import { crewQuery } from "../../data/crew-queries.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { RunForm } from "../crews/run-form.tsx";
import { DemoBadge, isDemoModel } from "../models/demo-note.tsx";

export function ReadyCrew({ summary }: { summary: CrewSummary }) {
  const crew = useQuery(crewQuery(summary.id));
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          {summary.name}
          {crew.data && usesDemo(crew.data) ? <DemoBadge /> : null}
        </span>
      }
      actions={
        <>
          {summary.activeRuns > 0 ? <StatusMark state="running" words={`${summary.activeRuns} running`} className="text-sm" /> : null}
          <RouteLink href={`/crews/${summary.id}`} className={buttonClass("ghost", "sm")}>
            <Pencil aria-hidden="true" className="size-3.5" />
            Edit
          </RouteLink>
        </>
      }
    >
      {crew.data ? <ReadyBody crew={crew.data} /> : null}
      {crew.isPending ? <Skeleton className="h-80" /> : null}
      {crew.isError ? <ErrorState error={crew.error} what="The crew could not be read" onRetry={() => void crew.refetch()} /> : null}
    </Card>
  );
}

function ReadyBody({ crew }: { crew: Crew }) {
  return (
    <div className="flex flex-col gap-4">
      {crew.description ? <p className="text-muted">{crew.description}</p> : null}
      <CrewLine crew={crew} />
      <RunForm
        crew={crew}
        note={
          usesDemo(crew)
            ? "The built-in demonstration model picks sentences and figures from your own text. It is not AI; it needs no key and costs nothing."
            : undefined
        }
      />
    </div>
  );
}

/** Who does what, in order, in one glance. */
function CrewLine({ crew }: { crew: Crew }) {
  const roles = new Map(crew.agents.map((agent) => [agent.key, agent.role]));
  return (
    <ol className="flex flex-wrap items-center gap-x-2 gap-y-2">
      {crew.tasks.map((task, index) => (
        <li key={task.key} className="flex min-w-0 items-center gap-2">
          {index > 0 ? <ArrowRight aria-hidden="true" className="size-3.5 shrink-0 text-faint" /> : null}
          <span className="flex min-w-0 flex-col rounded-md border border-line bg-sunken px-2.5 py-1.5">
            <span className="truncate text-sm font-medium">{task.key.replaceAll("_", " ")}</span>
            <span className="truncate text-xs text-faint">{roles.get(task.agent) ?? task.agent}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function usesDemo(crew: Crew): boolean {
  return isDemoModel(crew.model) || crew.agents.some((agent) => isDemoModel(agent.model));
}
