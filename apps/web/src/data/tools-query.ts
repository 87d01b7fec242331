import { call } from "@crew/client/call";
import { queryOptions } from "@tanstack/react-query";
import { toolEndpoints } from "./endpoints.ts";

export const toolsQuery = queryOptions({
  queryKey: ["tools"],
  queryFn: ({ signal }) => call(toolEndpoints.list, { signal }),
  select: (list) => list.data,
  staleTime: Number.POSITIVE_INFINITY,
});
