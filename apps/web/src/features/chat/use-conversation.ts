"use client";

import { randomId } from "@crew/client/idempotency-key";
import type { Message, SentMessage } from "@crew/contracts/conversations";
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { useLiveSocket } from "../../data/live-socket.tsx";
import { conversationQuery, messagesQuery } from "./conversation-queries.ts";
import { beforeEdit, branchWith, type DraftMessage, mergeMessages, openDrafts } from "./draft-messages.ts";

type Pages = InfiniteData<{ data: Message[]; nextCursor: string | null }, string | undefined>;

/** The shown branch of one conversation, live, and how to send another message. */
export function useConversation(conversationId: string) {
  const queries = useQueryClient();
  const query = useInfiniteQuery(messagesQuery(conversationId));
  const { fresh, take, readAnew } = useFreshMessages(conversationId);
  const [drafts, setDrafts] = useState<DraftMessage[]>([]);
  const branch = branchWith(query.data?.pages.flatMap((page) => page.data) ?? [], fresh);
  const open = openDrafts(drafts, branch);

  const post = async (draft: DraftMessage) => {
    const { clientMessageId, content, attachments, parentId, kept } = draft;
    const edit = { ...(parentId !== undefined && { parentId }), ...(kept && { keepFilesOf: kept.messageId }) };
    try {
      const sent = await callApi(conversationEndpoints.send, {
        params: { conversationId },
        body: { clientMessageId, content, attachments, ...edit },
      });
      take([sent.message, sent.answer]);
      setDrafts((before) => before.filter((other) => other.clientMessageId !== clientMessageId));
    } catch (error) {
      setDrafts((before) =>
        before.map((other) => (other.clientMessageId === clientMessageId ? { ...other, state: "failed", error } : other)),
      );
    }
  };

  /** `edited`: the message begins another branch, beside its earlier version. */
  const send = (content: string, attachments: DraftMessage["attachments"], edited?: Pick<DraftMessage, "parentId" | "kept">) => {
    const draft: DraftMessage = { clientMessageId: randomId(), content, attachments, ...edited, state: "sending", error: null };
    setDrafts((before) => [...before, draft]);
    void post(draft);
  };
  const retry = (draft: DraftMessage) => {
    setDrafts((before) => before.map((other) => (other === draft ? { ...other, state: "sending" } : other)));
    void post(draft);
  };
  const discard = (draft: DraftMessage) => setDrafts((before) => before.filter((other) => other !== draft));
  const regenerate = async (messageId: string) => {
    const body = { clientMessageId: randomId() };
    take([(await callApi(conversationEndpoints.regenerate, { params: { conversationId, messageId }, body })).answer]);
  };
  const show = async (messageId: string) => {
    const shown = await callApi(conversationEndpoints.setHead, { params: { conversationId }, body: { messageId } });
    queries.setQueryData(conversationQuery(conversationId).queryKey, shown);
    await readAnew();
  };

  return { query, messages: beforeEdit(branch, open), drafts: open, send, retry, discard, regenerate, show };
}

/** What the socket and one's own requests have brought since the pages were read. */
function useFreshMessages(conversationId: string) {
  const socket = useLiveSocket();
  const queries = useQueryClient();
  const kept = useRef<Message[]>([]);
  const [fresh, setFresh] = useState<Message[]>([]);
  const take = useCallback((messages: Message[]) => {
    kept.current = mergeMessages(kept.current, messages);
    setFresh(kept.current);
  }, []);
  /** What had come until now may be of another branch than what is read. */
  const readAnew = useCallback(async () => {
    const { queryKey } = messagesQuery(conversationId);
    const had = new Set(kept.current);
    await queries.invalidateQueries({ queryKey });
    if (queries.getQueryState(queryKey)?.isInvalidated !== false) return;
    kept.current = kept.current.filter((message) => !had.has(message));
    setFresh(kept.current);
  }, [queries, conversationId]);

  useEffect(() => {
    if (!socket) return;
    let isFirst = true;
    return socket.subscribe(`conversation:${conversationId}`, {
      onMessage: (message) => take([message]),
      onChanged: () => {
        void queries.invalidateQueries({ queryKey: conversationQuery(conversationId).queryKey });
        void readAnew();
      },
      onCaughtUp: () => {
        // After a reconnect the newest page holds whatever was missed.
        if (!isFirst) void readAnew();
        isFirst = false;
      },
    });
  }, [socket, conversationId, queries, take, readAnew]);

  return { fresh, take, readAnew };
}

/** So that the page that opens next shows what was just sent, without a blank in between. */
export function seedMessages(queries: ReturnType<typeof useQueryClient>, conversationId: string, sent: SentMessage): void {
  queries.setQueryData<Pages>(messagesQuery(conversationId).queryKey, {
    pages: [{ data: [sent.answer, sent.message], nextCursor: null }],
    pageParams: [undefined],
  });
}
