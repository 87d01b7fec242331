import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";

/** Whose conversations a list shows: one's own, those put away, those that others share. */
export type ConversationView = "mine" | "archived" | "shared";
export interface ConversationFilter {
  view: ConversationView;
  search: string;
}

/** Under `["conversations"]`, which the workspace's hints on the socket declare stale. */
export const CONVERSATION_LISTS = ["conversations", "list"];

export function conversationListQuery({ view, search }: ConversationFilter) {
  const filter = {
    ...(view === "archived" && { archived: "true" as const }),
    ...(view === "shared" && { shared: "true" as const }),
    ...(search !== "" && { search }),
  };
  return infiniteQueryOptions({
    queryKey: [...CONVERSATION_LISTS, filter],
    queryFn: ({ pageParam, signal }) => callApi(conversationEndpoints.list, { query: { ...filter, limit: 30, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
}

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
