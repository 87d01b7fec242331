"use client";

import { ApiError } from "@crew/client/api-error";
import type { ApprovalKind } from "@crew/contracts/approvals";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { Suspense } from "react";
import { crewPickQuery } from "../../data/crew-queries.ts";
import { PageBody } from "../../shell/page-body.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { classNames } from "../../ui/class-names.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Select } from "../../ui/select.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import NotAllowed from "../members/not-allowed.tsx";
import { approvalCountQuery, type InboxFilters, inboxQuery } from "./approval-queries.ts";
import { kindWords } from "./approval-words.ts";
import { InboxPanes } from "./inbox-panes.tsx";

const KINDS: readonly ApprovalKind[] = ["human_input", "question", "tool_call", "needs_attention"];

export function ApprovalInbox() {
  return (
    <>
      <PageHeader title="Approvals" />
      <PageBody>
        <Suspense fallback={<SkeletonRows rows={6} />}>
          <FilteredInbox />
        </Suspense>
      </PageBody>
    </>
  );
}

/** Tab, filters and what is open live in the address: a question can be linked, and Back leads to the list. */
function FilteredInbox() {
  const search = useSearchParams();
  const { push } = useNavigate();
  const waiting = useQuery(approvalCountQuery).data;
  const crews = useQuery(crewPickQuery).data?.data ?? [];
  const filters: InboxFilters = {
    state: search.get("tab") === "answered" ? "decided" : "open",
    kind: KINDS.find((kind) => kind === search.get("kind")),
    crewId: search.get("crew") ?? undefined,
  };
  const choose = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    next.delete("id");
    if (value === "") next.delete(name);
    else next.set(name, value);
    push(next.size === 0 ? "/approvals" : `/approvals?${next}`);
  };
  const content = (
    <div className="flex min-w-0 flex-col gap-3">
      <search aria-label="Filter the questions" className={classNames("flex items-center gap-2", search.has("id") && "max-md:hidden")}>
        <Select
          aria-label="Kind"
          value={filters.kind ?? ""}
          onChange={(event) => choose("kind", event.target.value)}
          className="w-44 max-sm:flex-1"
        >
          <option value="">Any kind</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kindWords(kind)}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Crew"
          value={filters.crewId ?? ""}
          onChange={(event) => choose("crew", event.target.value)}
          className="w-44 max-sm:flex-1"
        >
          <option value="">Any crew</option>
          {crews.map((crew) => (
            <option key={crew.id} value={crew.id}>
              {crew.name}
            </option>
          ))}
        </Select>
      </search>
      <Questions key={JSON.stringify(filters)} filters={filters} />
    </div>
  );
  return (
    <Tabs
      label="Questions"
      value={filters.state}
      onChange={(tab) => choose("tab", tab === "decided" ? "answered" : "")}
      tabs={[
        { id: "open", label: "Waiting", ...(waiting !== undefined && { count: waiting }), content },
        { id: "decided", label: "Answered", content },
      ]}
    />
  );
}

function Questions({ filters }: { filters: InboxFilters }) {
  const query = useInfiniteQuery(inboxQuery(filters));
  if (query.error instanceof ApiError && query.error.code === "forbidden")
    return <NotAllowed permission="runs:approve" what="answer what runs ask" />;
  if (query.isError && !query.data)
    return <ErrorState error={query.error} what="The questions could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows rows={6} />;
  return (
    <InboxPanes
      filters={filters}
      rows={query.data.pages.flatMap((page) => page.data)}
      more={{ has: query.hasNextPage, isBusy: query.isFetchingNextPage, read: () => void query.fetchNextPage() }}
    />
  );
}
