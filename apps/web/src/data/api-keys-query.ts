import { call } from "@crew/client/call";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { apiKeyEndpoints } from "./endpoints.ts";

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ pageParam, signal }) => call(apiKeyEndpoints.list, { query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});
