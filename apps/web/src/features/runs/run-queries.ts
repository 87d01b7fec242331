import type { CrewDefinition } from "@crew/contracts/crews";
import type { RunKind, RunState } from "@crew/contracts/run-states";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { earlyFetch } from "../../data/early-fetch.ts";
import { approvalEndpoints, runEndpoints } from "../../data/endpoints.ts";

export interface RunFilters {
  state?: RunState | undefined;
  crewId?: string | undefined;
  kind?: RunKind | undefined;
}

/** Under `["runs"]`, which the workspace's hints on the socket declare stale. */
export function runListQuery(filters: RunFilters, limit: number) {
  return infiniteQueryOptions({
    queryKey: ["runs", "list", filters, limit],
    queryFn: ({ pageParam, signal }) =>
      callApi(runEndpoints.list, { query: { ...filters, limit, cursor: pageParam }, signal, fetch: earlyFetch }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function runQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId],
    queryFn: ({ signal }) => callApi(runEndpoints.get, { params: { runId }, signal, fetch: earlyFetch }),
  });
}

/** Immutable: a run is pinned to its version. */
export function runDefinitionQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId, "definition"],
    queryFn: async ({ signal }) => {
      const found = await callApi(runEndpoints.definition, { params: { runId }, signal, fetch: earlyFetch });
      return { ...found, definition: found.definition as CrewDefinition | null };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function runLinksQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId, "links"],
    queryFn: ({ signal }) => callApi(runEndpoints.links, { params: { runId }, signal }),
  });
}

export function runLedgerQuery(runId: string) {
  return infiniteQueryOptions({
    queryKey: ["run", runId, "ledger"],
    queryFn: ({ pageParam, signal }) =>
      callApi(runEndpoints.ledger, { params: { runId }, query: { limit: 100, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function runApprovalsQuery(runId: string) {
  return queryOptions({
    queryKey: ["run", runId, "approvals"],
    queryFn: ({ signal }) => callApi(approvalEndpoints.list, { params: { runId }, signal }),
  });
}
