import type { ListSecurityEvents, SecuritySeverity, SecuritySummaryLine } from "@crew/contracts/security-events";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { securityEventEndpoints } from "../../data/endpoints.ts";
import { dayRange } from "../../ui/day-range.ts";

/** What the filter's form holds: days as the browser's date field writes them. */
export interface SecurityEventFields {
  kind: string;
  severity: SecuritySeverity | "";
  fromDay: string;
  toDay: string;
}

export const NO_SECURITY_FILTER: SecurityEventFields = { kind: "", severity: "", fromDay: "", toDay: "" };

export const SUMMARY_DAYS = 7;

export function securityFilterOf({ kind, severity, fromDay, toDay }: SecurityEventFields): Omit<ListSecurityEvents, "limit" | "cursor"> {
  return { kind: kind || undefined, severity: severity || undefined, ...dayRange(fromDay, toDay) };
}

/** Under `["security-events"]`, as the summary: looking again reads both. */
export function securityEventsQuery(filter: ReturnType<typeof securityFilterOf>) {
  return infiniteQueryOptions({
    queryKey: ["security-events", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      callApi(securityEventEndpoints.list, { query: { ...filter, limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const securitySummaryQuery = queryOptions({
  queryKey: ["security-events", "summary"],
  queryFn: ({ signal }) => callApi(securityEventEndpoints.summary, { query: { days: SUMMARY_DAYS }, signal }),
  select: (list) => inOrderOfWeight(list.data),
});

const RANK: Record<SecuritySeverity, number> = { critical: 0, warning: 1, info: 2 };

/** What must be looked at first stands first. */
export function inOrderOfWeight(lines: readonly SecuritySummaryLine[]): SecuritySummaryLine[] {
  return lines.toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count);
}
