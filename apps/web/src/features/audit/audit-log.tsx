"use client";

import type { AuditEvent } from "@crew/contracts/audit";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Moment } from "../../ui/moment.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import type { Column } from "../../ui/table.tsx";
import { AuditActions } from "./audit-actions.tsx";
import { AuditEventDrawer } from "./audit-event-drawer.tsx";
import { AuditFilterForm } from "./audit-filter-form.tsx";
import { auditFilterOf, auditQuery, NO_FILTER } from "./audit-query.ts";
import { actionWords } from "./audit-words.ts";

/** Who did what, with a check that nobody has changed it since. */
export function AuditLog() {
  const [fields, setFields] = useState(NO_FILTER);
  const filter = auditFilterOf(useDeferredValue(fields));
  const events = useInfiniteQuery(auditQuery(filter));
  const [open, setOpen] = useState<AuditEvent | null>(null);
  const isFiltered = Object.values(fields).some(Boolean);
  return (
    <>
      <AuditActions filter={filter} />
      <Card flush title="Events" note="Newest first. Each row holds a hash of the one before.">
        <AuditFilterForm value={fields} onChange={setFields} />
        <PagedTable
          list={events}
          noun={["event", "events"]}
          caption="Audit events"
          columns={columns(setOpen)}
          rowKey={(event) => event.id}
          empty={
            <EmptyState title={isFiltered ? "Nothing fits these filters" : "Nothing is logged yet"}>
              {isFiltered ? "Take one of them away, or look at more days." : "Every act that matters leaves a row here."}
            </EmptyState>
          }
        />
      </Card>
      <AuditEventDrawer event={open} onClose={() => setOpen(null)} />
    </>
  );
}

function columns(onOpen: (event: AuditEvent) => void): Column<AuditEvent>[] {
  return [
    {
      id: "when",
      header: "When",
      className: "w-32 text-xs text-muted max-sm:w-24",
      cell: (event) => <Moment at={event.createdAt} />,
    },
    {
      id: "what",
      header: "What",
      cell: (event) => (
        <RowButton onPress={() => onOpen(event)}>
          {actionWords(event.action)}
          {event.outcome === "refused" ? (
            <Badge tone="warn" className="ml-2">
              refused
            </Badge>
          ) : null}
        </RowButton>
      ),
    },
    {
      id: "who",
      header: "Who",
      className: "w-40 max-sm:w-24",
      cell: (event) => <span title={event.actor.kind}>{event.actor.name || event.actor.kind}</span>,
    },
    {
      id: "subject",
      header: "To what",
      className: "w-40 text-xs text-muted max-md:hidden",
      cell: (event) => (
        <span title={event.subject} className="font-mono">
          {event.subject}
        </span>
      ),
    },
    { id: "seq", header: "No.", className: "w-16 text-xs text-faint max-sm:hidden", align: "right", cell: (event) => event.seq },
  ];
}
