"use client";

import type { CrewSummary } from "@crew/contracts/crews";
import { Card } from "../../ui/card.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";

const SHOWN = 5;

export function OtherCrews({ crews, isPending }: { crews: CrewSummary[]; isPending: boolean }) {
  if (!isPending && crews.length === 0) return null;
  return (
    <Card
      flush
      title="Other crews"
      actions={
        <RouteLink href="/crews" className="rounded-sm text-sm text-muted hover:text-text">
          All crews
        </RouteLink>
      }
    >
      {isPending ? <SkeletonRows rows={2} /> : null}
      <ul>
        {crews.slice(0, SHOWN).map((crew) => (
          <li key={crew.id} className="relative flex items-start gap-3 border-b border-line px-4 py-2.5 last:border-b-0 hover:bg-hover/60">
            <div className="min-w-0 flex-1">
              <RouteLink
                data-row
                href={`/crews/${crew.id}?run=1`}
                className="block truncate rounded-sm font-medium after:absolute after:inset-0"
              >
                {crew.name}
              </RouteLink>
              <p className="line-clamp-2 text-xs text-faint">{crew.description || `${crew.agentCount} agents, ${crew.taskCount} tasks`}</p>
            </div>
            {crew.lastRun ? <StatusMark state={crew.lastRun.state} label={false} className="mt-1" /> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
