import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "./call-api.ts";
import { invitationEndpoints, memberEndpoints, roleEndpoints, workspaceEndpoints } from "./endpoints.ts";

export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: ({ signal }) => callApi(workspaceEndpoints.list, { signal }),
  select: (list) => list.data,
});

export function membersQuery(workspaceId: string) {
  return infiniteQueryOptions({
    queryKey: ["members", workspaceId],
    queryFn: ({ pageParam, signal }) =>
      callApi(memberEndpoints.list, { params: { workspaceId }, query: { limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const openInvitationsQuery = infiniteQueryOptions({
  queryKey: ["invitations", "open"],
  queryFn: ({ pageParam, signal }) =>
    callApi(invitationEndpoints.list, { query: { limit: 25, state: "open", cursor: pageParam ?? undefined }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => callApi(roleEndpoints.list, { signal }),
  select: (list) => list.data,
});
