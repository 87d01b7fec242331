import { call } from "@crew/client/call";
import { toolEndpoints } from "@crew/contracts/tools";
import { queryOptions } from "@tanstack/react-query";

export const toolsQuery = queryOptions({
  queryKey: ["tools"],
  queryFn: ({ signal }) => call(toolEndpoints.list, { signal }),
  select: (list) => list.data,
  staleTime: Number.POSITIVE_INFINITY,
});
