"use client";

import type { CrewSummary } from "@crew/contracts/crews";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Search } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { Suspense, useEffect, useState } from "react";
import { crewListQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Input } from "../../ui/input.tsx";
import { Pager } from "../../ui/pager.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { Table } from "../../ui/table.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { LackNote } from "../members/lack-note.tsx";
import { useMay } from "../members/use-may.ts";
import { crewColumns } from "./crew-columns.tsx";
import { NewCrewDialog } from "./new-crew-dialog.tsx";

export function CrewList() {
  return (
    <Suspense fallback={<SkeletonRows />}>
      <Crews />
    </Suspense>
  );
}

function Crews() {
  const crews = useInfiniteQuery(crewListQuery);
  const { replace } = useNavigate();
  const wantsNew = useSearchParams().get("new") === "1";
  const [isCreating, setCreating] = useState(false);
  const [search, setSearch] = useState("");
  const all = crews.data?.pages.flatMap((page) => page.data) ?? [];
  const rows = all.filter((crew) => matches(crew, search));
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = crews;
  const isSearching = search.trim() !== "" && hasNextPage && !isFetchNextPageError;
  // A search is about every crew, not about those that happen to be read: the rest is read while it stands.
  useEffect(() => {
    if (isSearching && !isFetchingNextPage) void fetchNextPage();
  }, [isSearching, isFetchingNextPage, fetchNextPage]);
  const mayWrite = useMay("crews:write");
  const newCrew = (
    <Button variant="primary" disabled={!mayWrite} icon={<Plus className="size-4" />} onClick={() => setCreating(true)}>
      New crew
    </Button>
  );
  return (
    <>
      <PageHeader title="Crews" actions={newCrew} />
      <PageBody>
        <div className="relative max-w-80">
          <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
          <Input
            type="search"
            aria-label="Search crews"
            placeholder="Search by name or description"
            className="pl-8"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        <LackNote permission="crews:write" />
        <Card flush>
          {crews.isPending ? <SkeletonRows /> : null}
          {crews.isError ? (
            <ErrorState error={crews.error} what="The crews could not be read" onRetry={() => void crews.refetch()} />
          ) : null}
          {rows.length > 0 ? <Table caption="Crews" columns={crewColumns} rows={rows} rowKey={(crew) => crew.id} /> : null}
          {crews.data && all.length === 0 ? (
            <EmptyState title="No crew yet" action={newCrew}>
              A crew is a few agents and the tasks they do one after another. Start from a blank one; its first run needs no key.
            </EmptyState>
          ) : null}
          {isSearching && rows.length === 0 ? <SkeletonRows rows={3} /> : null}
          {all.length > 0 && rows.length === 0 && !isSearching ? (
            <EmptyState title="No crew matches" action={<Button onClick={() => setSearch("")}>Clear the search</Button>}>
              {hasNextPage
                ? `Only the ${all.length} crews read so far were searched: the others could not be read.`
                : "Neither a name nor a description holds these words."}
            </EmptyState>
          ) : null}
          {all.length > 0 ? (
            <Pager
              shown={rows.length}
              noun={rows.length === 1 ? "crew" : "crews"}
              hasMore={hasNextPage}
              busy={isFetchingNextPage}
              onMore={() => void fetchNextPage()}
            />
          ) : null}
        </Card>
      </PageBody>
      <NewCrewDialog
        open={mayWrite && (isCreating || wantsNew)}
        crews={all}
        onClose={() => {
          setCreating(false);
          if (wantsNew) replace("/crews");
        }}
      />
    </>
  );
}

function matches(crew: CrewSummary, search: string): boolean {
  const text = `${crew.name} ${crew.description}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
