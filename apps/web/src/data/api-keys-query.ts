import { call } from "@crew/client/call";
import { apiKeyEndpoints } from "@crew/contracts/api-keys";
import { infiniteQueryOptions } from "@tanstack/react-query";

export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ pageParam, signal }) => call(apiKeyEndpoints.list, { query: { limit: 25, cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});
