import { infiniteQueryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { apiKeyEndpoints } from "./endpoints.ts";

/** One's own keys, or everybody's in the workspace. */
export function apiKeysQuery(owner: "me" | "all") {
  return infiniteQueryOptions({
    queryKey: ["api-keys", owner],
    queryFn: ({ pageParam, signal }) =>
      callApi(apiKeyEndpoints.list, { query: { limit: 25, owner, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}
