"use client";

import type { Memory } from "@crew/contracts/memories";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Suspense, useDeferredValue, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { DeleteMemoryDialog } from "./delete-memory-dialog.tsx";
import { MemoryFilterForm } from "./memory-filter.tsx";
import { type MemoryFilter, memoriesQuery } from "./memory-queries.ts";
import { MemoryRow } from "./memory-row.tsx";
import { type MemoryFields, memoryFieldsOf } from "./memory-words.ts";
import { PurgeDialog } from "./purge-dialog.tsx";

/** What crews keep of their tasks for later runs. The filters live in the address, so that a crew or a run can link here. */
export function MemorySettings() {
  return (
    <Suspense fallback={<SkeletonRows rows={6} />}>
      <Memories />
    </Suspense>
  );
}

function Memories() {
  const address = memoryFieldsOf(useSearchParams());
  const { replace } = useNavigate();
  const mayWrite = useMay("memories:write");
  // Typed faster than an address changes.
  const [query, setQuery] = useState(address.query);
  const [isPurging, setPurging] = useState(false);
  const fields: MemoryFields = { ...address, query };
  const set = (change: Partial<MemoryFields>) => {
    const next = { ...fields, ...change };
    setQuery(next.query);
    const given = new URLSearchParams(Object.entries(next).filter(([, value]) => value !== ""));
    replace(given.size === 0 ? "/settings/memories" : `/settings/memories?${given}`);
  };
  return (
    <>
      <Card
        flush
        title="Memory"
        note={
          mayWrite ? (
            "What crews that remember keep of their tasks, as later runs read it."
          ) : (
            <>
              You see what crews remember; making them forget is for others. <WhomToAsk />
            </>
          )
        }
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Eraser className="size-3.5" />} onClick={() => setPurging(true)}>
              Forget many
            </Button>
          ) : null
        }
      >
        <MemoryFilterForm value={fields} onChange={set} />
        <MemoryList filter={filterOf(fields)} mayWrite={mayWrite} />
      </Card>
      {isPurging ? (
        <PurgeDialog
          shown={{ crewId: fields.crew || null, runId: fields.run || null, taintedOnly: fields.tainted === "true" }}
          onClose={() => setPurging(false)}
        />
      ) : null}
    </>
  );
}

function filterOf({ crew, run, tainted, query }: MemoryFields): MemoryFilter {
  return { crewId: crew || undefined, runId: run || undefined, tainted: tainted || undefined, query: query.trim() || undefined };
}

function MemoryList({ filter, mayWrite }: { filter: MemoryFilter; mayWrite: boolean }) {
  const query = useDeferredValue(filter.query);
  const list = useInfiniteQuery(memoriesQuery({ ...filter, query }));
  const [doomed, setDoomed] = useState<Memory | null>(null);
  const memories = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (list.isPending) return <SkeletonRows rows={4} />;
  if (list.isError && memories.length === 0)
    return <ErrorState error={list.error} what="The memories could not be read" onRetry={() => void list.refetch()} className="border-0" />;
  if (memories.length === 0) return <NoMemories isFiltered={Object.values(filter).some(Boolean)} />;
  return (
    <>
      <ul>
        {memories.map((memory) => (
          <MemoryRow key={memory.id} memory={memory} mayWrite={mayWrite} onDelete={() => setDoomed(memory)} />
        ))}
      </ul>
      <Pager
        shown={memories.length}
        noun={memories.length === 1 ? "memory" : "memories"}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
      <DeleteMemoryDialog memory={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function NoMemories({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <EmptyState title="Nothing fits these filters">Take one of them away.</EmptyState>
  ) : (
    <EmptyState title="Nothing is remembered">A crew that may remember keeps the output of each task here for its later runs.</EmptyState>
  );
}
