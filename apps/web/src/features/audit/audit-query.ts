import type { AuditFilter } from "@crew/contracts/audit";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { auditEndpoints } from "../../data/endpoints.ts";
import { dayRange } from "../../ui/day-range.ts";

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
    ...dayRange(fromDay, toDay),
  };
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
