"use client";

import type { InboxApproval } from "@crew/contracts/approvals";
import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Pager } from "../../ui/pager.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { ApprovalDetail } from "./approval-detail.tsx";
import type { InboxFilters } from "./approval-queries.ts";
import { ApprovalRow } from "./approval-row.tsx";

export interface InboxPanesProps {
  filters: InboxFilters;
  rows: InboxApproval[];
  more: { has: boolean; isBusy: boolean; read: () => void };
}

/** The list and what is open of it side by side; on a phone one after the other. */
export function InboxPanes({ filters, rows, more }: InboxPanesProps) {
  const search = useSearchParams();
  const { push } = useNavigate();
  const chosen = search.get("id");
  const shown = usePinned(chosen, rows);
  const pane = useRef<HTMLDivElement>(null);
  const before = useRef(chosen);
  useEffect(() => {
    if (chosen !== null && chosen !== before.current) pane.current?.focus();
    before.current = chosen;
  }, [chosen]);
  const hrefOf = (id: string | null) => {
    const next = new URLSearchParams(search);
    if (id === null) next.delete("id");
    else next.set("id", id);
    return next.size === 0 ? "/approvals" : `/approvals?${next}`;
  };
  if (shown.id === null) return <NothingHere state={filters.state} isFiltered={Boolean(filters.kind ?? filters.crewId)} />;
  const onward = () => {
    shown.unpin();
    push(hrefOf(null));
  };
  return (
    <div className="grid min-w-0 gap-4 md:grid-cols-[minmax(240px,22rem)_minmax(0,1fr)]">
      <div className={classNames("min-w-0", chosen !== null && "max-md:hidden")}>
        {rows.length === 0 ? <p className="p-3 text-sm text-muted">Nothing else is waiting.</p> : null}
        <ul className="flex flex-col overflow-hidden rounded-lg border border-line bg-surface empty:hidden">
          {rows.map((row) => (
            <ApprovalRow key={row.id} approval={row} href={hrefOf(row.id)} isShown={row.id === shown.id} />
          ))}
        </ul>
        {rows.length > 0 ? (
          <Pager
            shown={rows.length}
            noun={rows.length === 1 ? "question" : "questions"}
            hasMore={more.has}
            busy={more.isBusy}
            onMore={more.read}
          />
        ) : null}
      </div>
      <div ref={pane} tabIndex={-1} className={classNames("min-w-0 outline-none", chosen === null && "max-md:hidden")}>
        <p className="mb-2 md:hidden">
          <TextLink href={hrefOf(null)}>Back to the list</TextLink>
        </p>
        <ApprovalDetail key={shown.id} approvalId={shown.id} onOnward={onward} />
      </div>
    </div>
  );
}

/**
 * Where nothing is chosen the newest is open, and stays so when others come or this one is answered: what is under one's
 * hands is never exchanged for another question.
 */
function usePinned(chosen: string | null, rows: readonly InboxApproval[]): { id: string | null; unpin: () => void } {
  const [pinned, setPinned] = useState<string | null>(null);
  // The list still holds it until it is read anew.
  const [left, setLeft] = useState<string | null>(null);
  const first = rows.find(({ id }) => id !== left)?.id ?? null;
  useEffect(() => {
    if (pinned === null && first !== null) setPinned(first);
  }, [pinned, first]);
  const id = chosen ?? pinned ?? first;
  const unpin = () => {
    setLeft(id);
    setPinned(null);
  };
  return { id, unpin };
}

function NothingHere({ state, isFiltered }: { state: "open" | "decided"; isFiltered: boolean }) {
  if (isFiltered) return <EmptyState title="Nothing fits the filter">Choose another kind or crew.</EmptyState>;
  if (state === "decided") return <EmptyState title="Nothing was answered yet">What you and others decide is kept here.</EmptyState>;
  return (
    <EmptyState title="Nothing waits for you">
      When a task wants a review, an agent asks a question, or a tool needs a person's word, its run waits here and costs nothing meanwhile.
    </EmptyState>
  );
}
