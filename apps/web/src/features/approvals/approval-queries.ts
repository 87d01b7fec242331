import type { ApprovalKind, DecideApproval } from "@crew/contracts/approvals";
import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { approvalEndpoints } from "../../data/endpoints.ts";

export interface InboxFilters {
  state: "open" | "decided";
  kind?: ApprovalKind | undefined;
  crewId?: string | undefined;
}

/** Under `["approvals"]`, which the workspace's hints on the socket declare stale. */
export function inboxQuery(filters: InboxFilters) {
  return infiniteQueryOptions({
    queryKey: ["approvals", "list", filters],
    queryFn: ({ pageParam, signal }) => callApi(approvalEndpoints.inbox, { query: { ...filters, limit: 25, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function approvalQuery(approvalId: string) {
  return queryOptions({
    queryKey: ["approvals", "one", approvalId],
    queryFn: ({ signal }) => callApi(approvalEndpoints.get, { params: { approvalId }, signal }),
  });
}

export const approvalCountQuery = queryOptions({
  queryKey: ["approvals", "count"],
  queryFn: ({ signal }) => callApi(approvalEndpoints.count, { signal }),
  select: ({ open }) => open,
  staleTime: 30_000,
});

export function decide(approvalId: string, answer: DecideApproval): Promise<unknown> {
  return callApi(approvalEndpoints.decide, { params: { approvalId }, body: answer });
}

export function declareAnswered(queries: QueryClient, runId: string): void {
  void queries.invalidateQueries({ queryKey: ["approvals"] });
  void queries.invalidateQueries({ queryKey: ["run", runId, "approvals"] });
}
