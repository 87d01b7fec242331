import { queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { haltEndpoints } from "../../data/endpoints.ts";

/** What is halted in the workspace and the installation; the socket tells of changes. */
export const haltsQuery = queryOptions({
  queryKey: ["halts"],
  queryFn: ({ signal }) => callApi(haltEndpoints.list, { signal }),
  select: (list) => list.data,
});
