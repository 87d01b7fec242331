import type { DeadLetterCode, DeadLetterKind, DeadLetterState } from "@crew/contracts/dead-letters";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { deadLetterEndpoints, workerEndpoints } from "../../data/endpoints.ts";

/** Hints on the socket tell of runs; heartbeats and jobs tell of themselves to nobody. */
const LOOK_AGAIN_MS = 5_000;

export const workersQuery = queryOptions({
  queryKey: ["workers"],
  queryFn: ({ signal }) => callApi(workerEndpoints.list, { signal }),
  refetchInterval: LOOK_AGAIN_MS,
});

export interface LetterFilters {
  state?: DeadLetterState | undefined;
  kind?: DeadLetterKind | undefined;
  crewId?: string | undefined;
  code?: DeadLetterCode | undefined;
}

/** Under `["dead-letters"]`, which the hints on the socket declare stale. */
export function deadLettersQuery(filters: LetterFilters) {
  return infiniteQueryOptions({
    queryKey: ["dead-letters", "list", filters],
    queryFn: ({ pageParam, signal }) =>
      callApi(deadLetterEndpoints.list, { query: { ...filters, limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function deadLetterQuery(letterId: string) {
  return queryOptions({
    queryKey: ["dead-letters", "one", letterId],
    queryFn: ({ signal }) => callApi(deadLetterEndpoints.get, { params: { letterId }, signal }),
  });
}
