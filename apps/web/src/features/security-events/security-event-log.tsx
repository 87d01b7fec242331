"use client";

import type { SecurityEvent } from "@crew/contracts/security-events";
import { useInfiniteQuery, useIsFetching, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatCount } from "../../ui/format-figures.ts";
import { Moment } from "../../ui/moment.tsx";
import { PagedTable } from "../../ui/paged-table.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import type { Column } from "../../ui/table.tsx";
import { SecurityEventDrawer } from "./security-event-drawer.tsx";
import { SecurityEventFilter } from "./security-event-filter.tsx";
import { NO_SECURITY_FILTER, securityEventsQuery, securityFilterOf } from "./security-event-query.ts";
import { SecuritySummaryCard } from "./security-summary-card.tsx";
import { kindWords } from "./security-words.ts";
import { SeverityBadge } from "./severity-badge.tsx";

/** Attacks, lockouts and refusals: how many of late, and each of them. */
export function SecurityEventLog() {
  const queries = useQueryClient();
  const [fields, setFields] = useState(NO_SECURITY_FILTER);
  const events = useInfiniteQuery(securityEventsQuery(securityFilterOf(useDeferredValue(fields))));
  const isReading = useIsFetching({ queryKey: ["security-events"] }) > 0;
  const [open, setOpen] = useState<SecurityEvent | null>(null);
  const isFiltered = Object.values(fields).some(Boolean);
  return (
    <>
      <SecuritySummaryCard chosen={fields.kind} onChoose={(kind) => setFields({ ...NO_SECURITY_FILTER, kind })} />
      <Card
        flush
        title="Security events"
        note="Newest first. What was alike within one second is one row."
        actions={
          <Button
            size="sm"
            icon={<RefreshCw className="size-3.5" />}
            busy={isReading}
            onClick={() => void queries.invalidateQueries({ queryKey: ["security-events"] })}
          >
            Look again
          </Button>
        }
      >
        <SecurityEventFilter value={fields} onChange={setFields} />
        <PagedTable
          list={events}
          noun={["event", "events"]}
          caption="Security events"
          columns={columns(setOpen)}
          rowKey={(event) => event.id}
          empty={
            <EmptyState title={isFiltered ? "Nothing fits these filters" : "Nothing happened yet"}>
              {isFiltered ? "Take one of them away, or look at more days." : "Failed sign-ins, refusals and lockouts leave a row here."}
            </EmptyState>
          }
        />
      </Card>
      <SecurityEventDrawer event={open} onClose={() => setOpen(null)} />
    </>
  );
}

function columns(onOpen: (event: SecurityEvent) => void): Column<SecurityEvent>[] {
  return [
    {
      id: "when",
      header: "When",
      className: "w-30 text-xs text-muted max-sm:w-24",
      cell: (event) => <Moment at={event.createdAt} />,
    },
    {
      id: "severity",
      header: <span className="max-sm:sr-only">Severity</span>,
      className: "w-34 max-sm:w-11",
      cell: (event) => <SeverityBadge value={event.severity} isShort />,
    },
    {
      id: "what",
      header: "What",
      cell: (event) => <RowButton onPress={() => onOpen(event)}>{kindWords(event.kind)}</RowButton>,
    },
    {
      id: "who",
      header: "Who",
      className: "w-36 max-sm:hidden",
      cell: (event) => event.user?.name ?? <span className="text-faint">not known</span>,
    },
    {
      id: "address",
      header: "From",
      className: "w-36 text-xs text-muted max-md:hidden",
      cell: (event) => <span title={event.address ?? undefined}>{event.address ?? "–"}</span>,
    },
    {
      id: "count",
      header: "Times",
      className: "w-16 text-muted",
      align: "right",
      cell: (event) => formatCount(event.count),
    },
  ];
}
