import { call } from "@crew/client/call";
import { queryOptions } from "@tanstack/react-query";
import { earlyFetch } from "./early-fetch.ts";
import { modelProviderEndpoints } from "./endpoints.ts";

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => call(modelProviderEndpoints.models, { signal }),
  select: (list) => list.data,
});

export const modelProvidersQuery = queryOptions({
  queryKey: ["model-providers"],
  queryFn: ({ signal }) => call(modelProviderEndpoints.list, { signal, fetch: earlyFetch }),
  select: (list) => list.data,
});
