import type { ListMemories, PurgeMemories } from "@crew/contracts/memories";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { memoryEndpoints } from "../../data/endpoints.ts";

export type MemoryFilter = Omit<ListMemories, "limit" | "cursor">;

/** Keys start with `memories`. */
export function memoriesQuery(filter: MemoryFilter) {
  return infiniteQueryOptions({
    queryKey: ["memories", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      callApi(memoryEndpoints.list, { query: { ...filter, limit: 25, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** How many there are is found by reading them; beyond so many pages a person need not know it to the last one. */
const COUNTED_PAGES = 5;

export interface MemoryCount {
  count: number;
  /** There are more than that. */
  isMore: boolean;
}

export function memoryCountQuery(purge: PurgeMemories) {
  return queryOptions({
    queryKey: ["memories", "count", purge],
    queryFn: async ({ signal }): Promise<MemoryCount> => {
      const filter = filterOfPurge(purge);
      let count = 0;
      let cursor: string | undefined;
      for (let page = 0; page < COUNTED_PAGES; page++) {
        const found = await callApi(memoryEndpoints.list, { query: { ...filter, limit: 100, cursor }, signal });
        count += found.data.length;
        if (found.nextCursor === null) return { count, isMore: false };
        cursor = found.nextCursor;
      }
      return { count, isMore: true };
    },
    // What is about to be deleted is counted anew each time.
    staleTime: 0,
    gcTime: 0,
  });
}

function filterOfPurge({ crewId, runId, taintedOnly }: PurgeMemories): MemoryFilter {
  return { crewId: crewId ?? undefined, runId: runId ?? undefined, tainted: taintedOnly ? "true" : undefined };
}
