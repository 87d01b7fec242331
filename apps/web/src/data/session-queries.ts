import { ApiError } from "@crew/client/api-error";
import { call } from "@crew/client/call";
import { queryOptions } from "@tanstack/react-query";
import { earlyFetch } from "./early-fetch.ts";
import { sessionEndpoints } from "./endpoints.ts";

/** Who is signed in; `null`: nobody. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => {
    try {
      return await call(sessionEndpoints.me, { signal, fetch: earlyFetch });
    } catch (error) {
      if (error instanceof ApiError && error.code === "unauthenticated") return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export const installationQuery = queryOptions({
  queryKey: ["installation"],
  queryFn: ({ signal }) => call(sessionEndpoints.installation, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
