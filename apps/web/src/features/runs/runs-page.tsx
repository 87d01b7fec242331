"use client";

import type { RunKind, RunState } from "@crew/contracts/run-states";
import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Suspense, useState } from "react";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { RUN_STATE_WORDS } from "../../ui/status-mark.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { LackNote } from "../members/lack-note.tsx";
import { useMay } from "../members/use-may.ts";
import { RunList } from "./run-list.tsx";
import type { RunFilters } from "./run-queries.ts";
import { StopAllRuns } from "./stop-all-runs.tsx";

const KIND_WORDS: Record<RunKind, string> = { crew: "Crew runs", chat: "Chat answers" };
const RUN_STATES = Object.keys(RUN_STATE_WORDS) as RunState[];
const RUN_KINDS = Object.keys(KIND_WORDS) as RunKind[];

export function RunsPage() {
  return (
    <>
      <PageHeader title="Runs" />
      <PageBody>
        <Suspense fallback={<SkeletonRows rows={8} />}>
          <FilteredRuns />
        </Suspense>
      </PageBody>
    </>
  );
}

/** The filters live in the address: a filtered list can be linked, and Back undoes a filter. */
function FilteredRuns() {
  const search = useSearchParams();
  const { push } = useNavigate();
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  const filters: RunFilters = {
    state: RUN_STATES.find((state) => state === search.get("state")),
    kind: RUN_KINDS.find((kind) => kind === search.get("kind")),
    crewId: search.get("crew") ?? undefined,
  };
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value === "") next.delete(name);
    else next.set(name, value);
    push(next.size === 0 ? "/runs" : `/runs?${next}`);
  };
  return (
    <>
      <search aria-label="Filter the runs" className="flex flex-wrap items-center gap-2">
        <Select aria-label="State" value={filters.state ?? ""} onChange={(event) => choose("state", event.target.value)} className="w-36">
          <option value="">Any state</option>
          {RUN_STATES.map((state) => (
            <option key={state} value={state}>
              {RUN_STATE_WORDS[state]}
            </option>
          ))}
        </Select>
        <Select aria-label="Crew" value={filters.crewId ?? ""} onChange={(event) => choose("crew", event.target.value)} className="w-48">
          <option value="">Any crew</option>
          {crews.map((crew) => (
            <option key={crew.id} value={crew.id}>
              {crew.name}
            </option>
          ))}
        </Select>
        <Select aria-label="Kind" value={filters.kind ?? ""} onChange={(event) => choose("kind", event.target.value)} className="w-36">
          <option value="">Any kind</option>
          {RUN_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {KIND_WORDS[kind]}
            </option>
          ))}
        </Select>
        {search.size > 0 ? (
          <Button variant="ghost" onClick={() => push("/runs")}>
            Clear
          </Button>
        ) : null}
        <StopAllButton crew={crews.find(({ id }) => id === filters.crewId) ?? null} />
      </search>
      <LackNote permission="runs:cancel" />
      <Card flush>
        <RunList filters={filters} />
      </Card>
    </>
  );
}

/** Of the crew that is filtered for, else of the workspace. */
function StopAllButton({ crew }: { crew: { id: string; name: string } | null }) {
  const [isAsking, setAsking] = useState(false);
  if (!useMay("runs:cancel")) return null;
  return (
    <>
      <Button variant="danger" icon={<Square className="size-3.5" />} className="ml-auto" onClick={() => setAsking(true)}>
        {crew ? "Stop this crew's runs" : "Stop all"}
      </Button>
      <StopAllRuns open={isAsking} crew={crew} onClose={() => setAsking(false)} />
    </>
  );
}
