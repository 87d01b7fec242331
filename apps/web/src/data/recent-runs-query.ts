import type { RunState } from "@crew/contracts/run-states";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { earlyFetch } from "./early-fetch.ts";
import { runEndpoints } from "./endpoints.ts";

/** The newest runs of crews, or those of them in one state. The socket's hints keep it true. */
export function recentRunsQuery(limit: number, state?: RunState) {
  return queryOptions({
    queryKey: ["runs", "recent", limit, state ?? "all"],
    queryFn: ({ signal }) => callApi(runEndpoints.list, { query: { limit, kind: "crew", state }, signal, fetch: earlyFetch }),
    select: (page) => page.data,
  });
}
