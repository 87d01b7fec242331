"use client";

import type { DeadLetter, DeadLetterCode, DeadLetterKind, DeadLetterState } from "@crew/contracts/dead-letters";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import NotAllowed from "../members/not-allowed.tsx";
import { useMay } from "../members/use-may.ts";
import { DeadLetterActions } from "./dead-letter-actions.tsx";
import { letterColumns } from "./dead-letter-columns.tsx";
import { DeadLetterDrawer } from "./dead-letter-drawer.tsx";
import { DeadLetterFilter } from "./dead-letter-filter.tsx";
import { CODE_WORDS } from "./dead-letter-words.ts";
import { deadLettersQuery, type LetterFilters } from "./operation-queries.ts";

const STATES: readonly DeadLetterState[] = ["open", "redriven", "discarded"];
const KINDS: readonly DeadLetterKind[] = ["run", "job"];

/** Runs and jobs that could not be finished, by no fault of their own. */
export function DeadLettersTab() {
  const mayRead = useMay("dead-letters:read");
  return mayRead ? <DeadLetters /> : <NotAllowed permission="dead-letters:read" what="see the dead letters" />;
}

function DeadLetters() {
  const search = useSearchParams();
  const { replace } = useNavigate();
  const mayWrite = useMay("dead-letters:write");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = filtersOf(search);
  const list = useInfiniteQuery(deadLettersQuery(filters));
  const shown = list.data?.pages.flatMap((page) => page.data) ?? [];
  // What was dealt with meanwhile is chosen no more.
  const open = shown.filter(({ state }) => state === "open");
  const ids = open.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const go = (change: Record<string, string>) => {
    const next = new URLSearchParams(search);
    next.set("tab", "dead-letters");
    for (const [name, value] of Object.entries(change))
      if (value === "") next.delete(name);
      else next.set(name, value);
    replace(`/operations?${next}`);
  };
  const choose = (some: readonly DeadLetter[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const { id } of some)
      if (isChosen) next.add(id);
      else next.delete(id);
    setChosen(next);
  };
  return (
    <>
      <Card flush title="Dead letters" note="Runs and jobs that could not be finished. Mend what failed them, then let them go on.">
        <DeadLetterFilter value={filters} onChange={go} />
        {mayWrite ? <DeadLetterActions ids={ids} crewId={filters.crewId ?? null} onDone={() => setChosen(new Set())} /> : null}
        <PagedTable
          list={list}
          noun={["dead letter", "dead letters"]}
          caption="Dead letters"
          columns={letterColumns({ open, ids, mayWrite, onChoose: choose, onOpen: (id) => go({ letter: id }) })}
          rowKey={(letter) => letter.id}
          empty={<NoLetters filters={filters} />}
        />
      </Card>
      <DeadLetterDrawer letterId={search.get("letter")} mayWrite={mayWrite} onClose={() => go({ letter: "" })} />
    </>
  );
}

/** Those that wait for somebody are what one looks for first. */
function filtersOf(search: URLSearchParams): LetterFilters {
  const state = search.get("state");
  return {
    state: state === "any" ? undefined : (STATES.find((one) => one === state) ?? "open"),
    kind: KINDS.find((one) => one === search.get("kind")),
    crewId: search.get("crew") ?? undefined,
    code: DEAD_CODES.find((one) => one === search.get("code")),
  };
}

const DEAD_CODES = Object.keys(CODE_WORDS) as DeadLetterCode[];

function NoLetters({ filters }: { filters: LetterFilters }) {
  const isFiltered = filters.kind ?? filters.crewId ?? filters.code;
  if (isFiltered) return <EmptyState title="Nothing fits these filters">Take one of them away.</EmptyState>;
  if (filters.state === "open")
    return (
      <EmptyState title="Nothing lies here">
        A run that loses its worker three times, or whose provider stays away, is kept here until somebody lets it go on.
      </EmptyState>
    );
  return <EmptyState title="None yet">What was redriven or discarded stays in this list for ninety days.</EmptyState>;
}
