"use client";

import { ApiError } from "@crew/client/api-error";
import type { Message } from "@crew/contracts/conversations";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { RouteLink } from "../../ui/route-link.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { ChatModel } from "./chat-model.tsx";
import { Composer } from "./composer.tsx";
import { ContextMeter } from "./context-meter.tsx";
import { conversationQuery } from "./conversation-queries.ts";
import type { KeptFiles } from "./draft-messages.ts";
import { FallbackChoice } from "./fallback-choice.tsx";
import { type MessageActs, MessageRow } from "./message-row.tsx";
import { PinnedFacts } from "./pinned-facts.tsx";
import { UnsentMessage } from "./unsent-message.tsx";
import { useConversation } from "./use-conversation.ts";
import { useLeaveTemporary } from "./use-leave-temporary.ts";
import { useModelsChange } from "./use-models-change.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

/** One conversation: its messages, and the field for the next one. */
export function ConversationView({ conversationId }: { conversationId: string }) {
  const conversation = useQuery(conversationQuery(conversationId));
  const talk = useConversation(conversationId);
  const { query, messages, drafts, send, retry, discard } = talk;
  const pending = messages.find((message) => message.state === "pending");
  const stop = useStop(conversationId);
  const models = useModelsChange(conversationId);
  const { frame, content } = useStickToEnd();
  const { stick } = useStickOnSend(frame);
  useLeaveTemporary(conversation.data);
  const isMine = conversation.data?.isMine ?? true;
  const mayWrite = useMay("conversations:write") && isMine;
  const isBusy = pending !== undefined || drafts.some((draft) => draft.state === "sending");
  const acts = useMessageActs(talk, mayWrite && !isBusy, stick);

  const failed = isUnreadable(query) ? query : isUnreadable(conversation) ? conversation : null;
  if (failed) {
    return (
      <ErrorState
        error={failed.error}
        what="This conversation could not be opened"
        onRetry={() => void failed.refetch()}
        action={
          <RouteLink href="/chat" className={buttonClass("ghost", "sm")}>
            New chat
          </RouteLink>
        }
        className="m-4"
      />
    );
  }
  return (
    <>
      <ScrollRegion ref={frame} label="Messages" className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
        <div ref={content} className="mx-auto flex max-w-190 flex-col gap-5 px-4 py-6">
          <h2 className="sr-only">Messages</h2>
          {query.hasNextPage ? (
            <Button
              variant="ghost"
              size="sm"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
              className="self-center"
            >
              Show earlier messages
            </Button>
          ) : null}
          {query.data ? messages.map((message) => <MessageRow key={message.id} message={message} acts={acts} />) : <MessagesSkeleton />}
          {drafts.map((draft) => (
            <UnsentMessage key={draft.clientMessageId} draft={draft} onRetry={retry} onDiscard={discard} />
          ))}
        </div>
      </ScrollRegion>
      <p aria-live="polite" className="sr-only">
        {pending ? "The answer is being written." : messages.at(-1)?.role === "assistant" ? "The answer is complete." : ""}
      </p>
      <div className="mx-auto w-full max-w-190 px-4 pb-4">
        {isMine ? (
          <>
            <div className="-mx-1.5 flex flex-wrap items-center justify-between gap-x-2 pb-1">
              {conversation.data ? <PinnedFacts conversation={conversation.data} /> : null}
              <ContextMeter messages={messages} />
            </div>
            <Composer
              placeholder="Ask something…"
              isBusy={drafts.some((draft) => draft.state === "sending")}
              onStop={pending ? () => stop.mutate() : undefined}
              onSend={(text, attachments) => {
                send(text, attachments);
                stick();
                return true;
              }}
              controls={
                conversation.data ? (
                  <div className="flex min-w-0 flex-wrap items-center gap-1">
                    <ChatModel value={conversation.data.model} onChange={(model) => models.mutate({ model })} />
                    <FallbackChoice
                      model={conversation.data.model}
                      value={conversation.data.fallbackModels}
                      onChange={(fallbackModels) => models.mutate({ fallbackModels })}
                    />
                  </div>
                ) : null
              }
            />
          </>
        ) : (
          <p className="rounded-lg border border-line bg-sunken px-3.5 py-3 text-sm text-muted">
            {conversation.data?.ownerName || "Somebody"} shares this conversation with the workspace. You can read along; only they write.
          </p>
        )}
      </div>
    </>
  );
}

/** It was never read, or is there no more: deleted, say, or shared no longer. */
function isUnreadable({ isError, data, error }: { isError: boolean; data?: unknown; error: unknown }): boolean {
  return isError && (data === undefined || (error instanceof ApiError && error.code === "not_found"));
}

/** The same functions as long as they do the same, so that a message is not drawn anew for each word of another. */
function useMessageActs(
  { send, regenerate, show }: Pick<ReturnType<typeof useConversation>, "send" | "regenerate" | "show">,
  may: boolean,
  stick: () => void,
): MessageActs | undefined {
  const latest = useRef({ send, regenerate, show, stick });
  useEffect(() => {
    latest.current = { send, regenerate, show, stick };
  });
  return useMemo(() => {
    if (!may) return undefined;
    const refused = (what: string) => (error: unknown) => showToast(what, { tone: "bad", detail: explainError(error).reason });
    return {
      edit: ({ parentId }: Message, content: string, kept: KeptFiles | null) => {
        latest.current.send(content, [], { parentId, kept });
        latest.current.stick();
      },
      regenerate: ({ id }: Message) => {
        latest.current.regenerate(id).catch(refused("The answer was not asked for again."));
        latest.current.stick();
      },
      show: (messageId: string) => void latest.current.show(messageId).catch(refused("The other version was not shown.")),
    };
  }, [may]);
}

function useStop(conversationId: string) {
  return useMutation({
    mutationFn: () => callApi(conversationEndpoints.stop, { params: { conversationId } }),
    onError: (error) => showToast("The answer was not stopped.", { tone: "bad", detail: explainError(error).reason }),
  });
}

/** Who sends wants to see the answer, wherever the page was scrolled to. */
function useStickOnSend(frame: React.RefObject<HTMLElement | null>) {
  const timer = useRef<number>(undefined);
  useEffect(() => () => cancelAnimationFrame(timer.current ?? 0), []);
  return {
    stick: () => {
      timer.current = requestAnimationFrame(() => frame.current?.scrollTo({ top: frame.current.scrollHeight }));
    },
  };
}

function MessagesSkeleton() {
  return (
    <div role="status" aria-label="Loading the messages" className="flex flex-col gap-5">
      <Skeleton className="ml-auto h-10 w-1/2 rounded-lg" />
      <Skeleton className="h-24 w-full rounded-lg" />
    </div>
  );
}
