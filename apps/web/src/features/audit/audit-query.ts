import type { AuditFilter } from "@crew/contracts/audit";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { auditEndpoints } from "../../data/endpoints.ts";

/** What the filter's form holds: days as the browser's date field writes them. */
export interface AuditFields {
  action: string;
  actor: string;
  subject: string;
  fromDay: string;
  toDay: string;
}

export const NO_FILTER: AuditFields = { action: "", actor: "", subject: "", fromDay: "", toDay: "" };

/** The filter as it is sent; days are those of the reader, the last one whole. */
export function auditFilterOf({ action, actor, subject, fromDay, toDay }: AuditFields): AuditFilter {
  return {
    action: action || undefined,
    actor: actor.trim() || undefined,
    subject: subject.trim() || undefined,
    from: fromDay ? new Date(`${fromDay}T00:00:00`).toISOString() : undefined,
    to: toDay ? dayAfter(toDay).toISOString() : undefined,
  };
}

function dayAfter(day: string): Date {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date;
}

export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit-events", filter],
    queryFn: ({ pageParam, signal }) =>
      callApi(auditEndpoints.list, { query: { ...filter, limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
