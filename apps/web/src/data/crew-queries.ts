import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { earlyFetch } from "./early-fetch.ts";
import { crewEndpoints } from "./endpoints.ts";

/** Crews page by page. Keys start with `crews`: the socket's hint that one has changed voids them all. */
export const crewListQuery = infiniteQueryOptions({
  queryKey: ["crews", "list"],
  queryFn: ({ pageParam, signal }) =>
    callApi(crewEndpoints.list, { query: { limit: 50, cursor: pageParam ?? undefined }, signal, fetch: earlyFetch }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

/** The crews that are offered to pick from in a small place. */
export const crewPickQuery = queryOptions({
  queryKey: ["crews", "pick"],
  queryFn: ({ signal }) => callApi(crewEndpoints.list, { query: { limit: 100 }, signal, fetch: earlyFetch }),
});

export function crewQuery(crewId: string) {
  return queryOptions({
    queryKey: ["crew", crewId],
    queryFn: ({ signal }) => callApi(crewEndpoints.get, { params: { crewId }, signal, fetch: earlyFetch }),
  });
}

export function crewVersionsQuery(crewId: string) {
  return infiniteQueryOptions({
    queryKey: ["crew", crewId, "versions"],
    queryFn: ({ pageParam, signal }) =>
      callApi(crewEndpoints.versions, { params: { crewId }, query: { limit: 20, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
