"use client";

import type { Conversation } from "@crew/contracts/conversations";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { conversationQuery, messagesQuery } from "./conversation-queries.ts";

const shown = new Set<string>();

/** A temporary conversation goes with its page: by a link, a reload or the window's end. What is missed the server sweeps. */
export function useLeaveTemporary(conversation: Conversation | undefined): void {
  const queries = useQueryClient();
  const id = conversation?.isTemporary && conversation.isMine ? conversation.id : null;
  useEffect(() => {
    if (id === null) return;
    shown.add(id);
    const leave = () => forget(queries, id);
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      shown.delete(id);
      // Where the page is only put together anew, it shows it again at once.
      setTimeout(() => !shown.has(id) && leave(), 0);
    };
  }, [id, queries]);
}

function forget(queries: QueryClient, conversationId: string): void {
  // Outlives the page that sends it.
  const outliving: typeof fetch = (input, init) => fetch(input, { ...init, keepalive: true });
  callApi(conversationEndpoints.delete, { params: { conversationId }, fetch: outliving }).catch(() => undefined);
  queries.removeQueries({ queryKey: messagesQuery(conversationId).queryKey });
  queries.removeQueries({ queryKey: conversationQuery(conversationId).queryKey });
}
