"use client";

import type { CrewSummary } from "@crew/contracts/crews";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import type { Column } from "../../ui/table.tsx";
import { DEMO_LABEL, isDemoModel } from "../models/demo-note.tsx";
import { CrewMenu } from "./crew-menu.tsx";

export const crewColumns: Column<CrewSummary>[] = [
  {
    id: "name",
    header: "Crew",
    cell: (crew) => (
      <div className="min-w-0">
        <RouteLink data-row href={`/crews/${crew.id}`} className="block truncate rounded-sm font-medium after:absolute after:inset-0">
          {crew.name}
        </RouteLink>
        {crew.description ? <p className="truncate text-xs text-faint">{crew.description}</p> : null}
      </div>
    ),
  },
  {
    id: "model",
    header: "Model",
    className: "w-52 max-xl:hidden",
    cell: (crew) => (
      <span className="text-xs text-muted" title={isDemoModel(crew.model) ? DEMO_LABEL : undefined}>
        <span className="font-mono">{crew.model}</span>
        {isDemoModel(crew.model) ? <span className="block text-warn">{DEMO_LABEL}</span> : null}
      </span>
    ),
  },
  {
    id: "size",
    header: "Agents, tasks",
    className: "w-28 text-muted max-md:hidden",
    cell: (crew) => `${crew.agentCount} · ${crew.taskCount}`,
  },
  {
    id: "run",
    header: "Last run",
    className: "w-56 max-xl:w-48 max-sm:w-28",
    cell: (crew) => <LastRun crew={crew} />,
  },
  {
    id: "changed",
    header: "Changed",
    className: "w-28 text-xs text-muted max-md:hidden",
    cell: (crew) => <RelativeTime at={crew.updatedAt} />,
  },
  {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    align: "right",
    className: "w-12",
    cell: (crew) => (
      <span className="relative z-1">
        <CrewMenu crew={crew} />
      </span>
    ),
  },
];

function LastRun({ crew }: { crew: CrewSummary }) {
  if (crew.activeRuns > 1) return <StatusMark state="running" words={`${crew.activeRuns} running`} className="text-sm" />;
  if (!crew.lastRun) return <span className="text-xs text-faint">never ran</span>;
  return (
    <RouteLink
      href={`/runs/${crew.lastRun.id}`}
      className="relative z-1 inline-flex min-w-0 items-center gap-2 rounded-sm text-sm hover:underline"
    >
      <StatusMark state={crew.lastRun.state} />
      <RelativeTime at={crew.lastRun.createdAt} className="text-xs text-faint max-sm:hidden" />
    </RouteLink>
  );
}
