import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";

/** Under `["conversations"]`, which the workspace's hints on the socket declare stale. */
export const conversationListQuery = infiniteQueryOptions({
  queryKey: ["conversations", "list"],
  queryFn: ({ pageParam, signal }) => callApi(conversationEndpoints.list, { query: { limit: 30, cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

export function conversationQuery(conversationId: string) {
  return queryOptions({
    queryKey: ["conversations", "one", conversationId],
    queryFn: ({ signal }) => callApi(conversationEndpoints.get, { params: { conversationId }, signal }),
  });
}

/** Newest page first; the socket brings what comes after. */
export function messagesQuery(conversationId: string) {
  return infiniteQueryOptions({
    queryKey: ["messages", conversationId],
    queryFn: ({ pageParam, signal }) =>
      callApi(conversationEndpoints.messages, { params: { conversationId }, query: { limit: 30, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
