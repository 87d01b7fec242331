import { queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { toolEndpoints } from "./endpoints.ts";

export const toolsQuery = queryOptions({
  queryKey: ["tools"],
  queryFn: ({ signal }) => callApi(toolEndpoints.list, { signal }),
  select: (list) => list.data,
  staleTime: Number.POSITIVE_INFINITY,
});
