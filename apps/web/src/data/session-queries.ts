import { ApiError } from "@crew/client/api-error";
import type { Me } from "@crew/contracts/session";
import { queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { chooseWorkspace, chosenWorkspace } from "./chosen-workspace.ts";
import { earlyFetch } from "./early-fetch.ts";
import { sessionEndpoints } from "./endpoints.ts";

/** Who is signed in; `null`: nobody. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => readMe(signal),
  staleTime: 5 * 60_000,
});

export const installationQuery = queryOptions({
  queryKey: ["installation"],
  queryFn: ({ signal }) => callApi(sessionEndpoints.installation, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

async function readMe(signal: AbortSignal): Promise<Me | null> {
  try {
    return await callApi(sessionEndpoints.me, { signal, fetch: earlyFetch });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "unauthenticated") return null;
    // The workspace of this window is gone, or its people have let this one go: the server knows another.
    if (error.code !== "forbidden" || chosenWorkspace() === null) throw error;
    chooseWorkspace(null);
    return callApi(sessionEndpoints.me, { signal });
  }
}
