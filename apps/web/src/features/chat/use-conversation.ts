"use client";

import { randomId } from "@crew/client/idempotency-key";
import type { Message, SentMessage } from "@crew/contracts/conversations";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { useLiveSocket } from "../../data/live-socket.tsx";
import { messagesQuery } from "./conversation-queries.ts";
import { type DraftMessage, mergeMessages, openDrafts } from "./draft-messages.ts";
import { rememberAttachments } from "./sent-attachments.ts";

type Pages = InfiniteData<{ data: Message[]; nextCursor: string | null }, string | undefined>;

/** Messages of one conversation, live, and how to send another. */
export function useConversation(conversationId: string) {
  const socket = useLiveSocket();
  const queries = useQueryClient();
  const query = useInfiniteQuery(messagesQuery(conversationId));
  const [fresh, setFresh] = useState<Message[]>([]);
  const [drafts, setDrafts] = useState<DraftMessage[]>([]);
  const take = useCallback((messages: Message[]) => setFresh((before) => mergeMessages(before, messages)), []);
  const messages = mergeMessages(query.data?.pages.flatMap((page) => page.data) ?? [], fresh);

  useEffect(() => {
    if (!socket) return;
    let isFirst = true;
    return socket.subscribe(`conversation:${conversationId}`, {
      onMessage: (message) => take([message]),
      onCaughtUp: () => {
        // After a reconnect the newest page holds whatever was missed; what is here already stays.
        if (!isFirst) void queries.invalidateQueries({ queryKey: messagesQuery(conversationId).queryKey });
        isFirst = false;
      },
    });
  }, [socket, conversationId, queries, take]);

  const post = async (draft: DraftMessage) => {
    const { clientMessageId, content, attachments } = draft;
    rememberAttachments(clientMessageId, attachments);
    try {
      const sent = await callApi(conversationEndpoints.send, {
        params: { conversationId },
        body: { clientMessageId, content, attachments },
      });
      take([sent.message, sent.answer]);
      setDrafts((before) => before.filter((other) => other.clientMessageId !== clientMessageId));
    } catch (error) {
      setDrafts((before) =>
        before.map((other) => (other.clientMessageId === clientMessageId ? { ...other, state: "failed", error } : other)),
      );
    }
  };

  const send = (content: string, attachments: DraftMessage["attachments"]) => {
    const draft: DraftMessage = { clientMessageId: randomId(), content, attachments, state: "sending", error: null };
    setDrafts((before) => [...before, draft]);
    void post(draft);
  };
  const retry = (draft: DraftMessage) => {
    setDrafts((before) => before.map((other) => (other === draft ? { ...other, state: "sending" } : other)));
    void post(draft);
  };
  const discard = (draft: DraftMessage) => setDrafts((before) => before.filter((other) => other !== draft));

  return { query, messages, drafts: openDrafts(drafts, messages), send, retry, discard };
}

/** So that the page that opens next shows what was just sent, without a blank in between. */
export function seedMessages(queries: ReturnType<typeof useQueryClient>, conversationId: string, sent: SentMessage): void {
  queries.setQueryData<Pages>(messagesQuery(conversationId).queryKey, {
    pages: [{ data: [sent.answer, sent.message], nextCursor: null }],
    pageParams: [undefined],
  });
}
