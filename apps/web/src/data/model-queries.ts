import { queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { earlyFetch } from "./early-fetch.ts";
import { modelProviderEndpoints } from "./endpoints.ts";

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => callApi(modelProviderEndpoints.models, { signal }),
  select: (list) => list.data,
});

export const modelProvidersQuery = queryOptions({
  queryKey: ["model-providers"],
  queryFn: ({ signal }) => callApi(modelProviderEndpoints.list, { signal, fetch: earlyFetch }),
  select: (list) => list.data,
});
