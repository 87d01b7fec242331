import { call } from "@crew/client/call";
import { queryOptions } from "@tanstack/react-query";
import { modelProviderEndpoints } from "./endpoints.ts";

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => call(modelProviderEndpoints.models, { signal }),
  select: (list) => list.data,
});

export const modelProvidersQuery = queryOptions({
  queryKey: ["model-providers"],
  queryFn: ({ signal }) => call(modelProviderEndpoints.list, { signal }),
  select: (list) => list.data,
});
