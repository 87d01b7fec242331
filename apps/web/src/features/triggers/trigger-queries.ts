import { infiniteQueryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { triggerEndpoints } from "../../data/endpoints.ts";

/** Keys start with `triggers`: the socket's hint that one has changed, or that an event came, voids them all. */
export const triggersQuery = infiniteQueryOptions({
  queryKey: ["triggers", "list"],
  queryFn: ({ pageParam, signal }) => callApi(triggerEndpoints.list, { query: { limit: 50, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export function triggerDeliveriesQuery(triggerId: string) {
  return infiniteQueryOptions({
    queryKey: ["triggers", "deliveries", triggerId],
    queryFn: ({ pageParam, signal }) =>
      callApi(triggerEndpoints.deliveries, { params: { triggerId }, query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
