"use client";

import { idempotencyKey, randomId } from "@crew/client/idempotency-key";
import type { ConversationTarget } from "@crew/contracts/conversations";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useNavigate } from "../../ui/use-navigate.ts";
import { isDemoModel } from "../models/demo-note.tsx";
import type { Attached } from "./attached.ts";
import { Composer } from "./composer.tsx";
import { CONVERSATION_LISTS } from "./conversation-queries.ts";
import { type DraftMessage, titleOf } from "./draft-messages.ts";
import { StarterQuestions } from "./starter-questions.tsx";
import { TalkSettings } from "./talk-settings.tsx";
import { UnsentMessage } from "./unsent-message.tsx";
import { seedMessages } from "./use-conversation.ts";

const DEFAULT_MODEL = "demo/extractive";

/** The first message makes the conversation. Both requests carry a name of their own: trying again makes no second one. */
export function NewConversation({ target: first, words }: { target: ConversationTarget; words: string }) {
  const [target, setTarget] = useState(first);
  const [crewId, setCrewId] = useState(first.kind === "crew" ? first.crewId : null);
  const [model, setModel] = useState(rememberedModel);
  const [fallbackModels, setFallbackModels] = useState<string[]>([]);
  const [isTemporary, setTemporary] = useState(false);
  const [draft, setDraft] = useState<DraftMessage | null>(null);
  const creation = useRef(idempotencyKey());
  const queries = useQueryClient();
  const { push } = useNavigate();
  const begin = useMutation({
    mutationFn: async ({ clientMessageId, content, attachments }: DraftMessage) => {
      const conversation = await callApi(conversationEndpoints.create, {
        // A crew and its agents bring their own model, which the conversation may change later.
        body: { title: titleOf(content), target, isTemporary, ...(hasOwnModel(target) ? {} : { model, fallbackModels }) },
        headers: creation.current,
      });
      const params = { conversationId: conversation.id };
      return { conversation, sent: await callApi(conversationEndpoints.send, { params, body: { clientMessageId, content, attachments } }) };
    },
    onSuccess: ({ conversation, sent }) => {
      seedMessages(queries, conversation.id, sent);
      queries.setQueryData(["conversations", "one", conversation.id], conversation);
      void queries.invalidateQueries({ queryKey: CONVERSATION_LISTS });
      push(`/chat/${conversation.id}`);
    },
    onError: (error) => setDraft((before) => before && { ...before, state: "failed", error }),
  });
  const post = (next: DraftMessage) => {
    setDraft({ ...next, state: "sending" });
    begin.mutate(next);
  };
  const send = (content: string, attachments: Attached[]) => {
    // Another text is another intention: it must not find the conversation of the one that was given up.
    creation.current = idempotencyKey();
    post({ clientMessageId: randomId(), content, attachments, state: "sending", error: null });
    return true;
  };
  return (
    <div className="mx-auto flex w-full max-w-190 min-h-0 flex-1 flex-col px-4 pb-4">
      <div className={classNames("flex min-h-0 flex-1 flex-col justify-center overflow-y-auto py-6", "max-md:py-3")}>
        {draft === null ? (
          <>
            <EmptyState title={QUESTIONS[target.kind]} className="pb-5 max-md:hidden">
              {isTemporary
                ? "This conversation will be in no list, and gone with its texts when you leave its page."
                : isDemoModel(model) && target.kind === "model"
                  ? "This model is a demonstration, not AI: it quotes from texts that you attach and calculates. Choose another one below for real answers."
                  : "Each answer is a durable run: reload, close the page, come back; nothing is lost."}
            </EmptyState>
            {target.kind === "model" ? <StarterQuestions model={model} onAsk={send} /> : null}
          </>
        ) : (
          <UnsentMessage draft={draft} onRetry={post} onDiscard={() => setDraft(null)} />
        )}
      </div>
      <Composer
        placeholder={target.kind === "crew" ? "Say what it shall do…" : "Ask something…"}
        initialText={words}
        isBusy={draft !== null}
        onSend={send}
        controls={
          <TalkSettings
            value={{ target, crewId, model: hasOwnModel(target) ? null : model, fallbackModels, isTemporary }}
            onChange={(change) => {
              // The same name with another body would be refused as a conflict.
              creation.current = idempotencyKey();
              if (change.target) setTarget(change.target);
              if (change.crewId !== undefined) setCrewId(change.crewId);
              if (change.isTemporary !== undefined) setTemporary(change.isTemporary);
              if (change.fallbackModels) setFallbackModels(change.fallbackModels);
              if (!change.model) return;
              setModel(change.model);
              setFallbackModels(fallbackModels.filter((other) => other !== change.model));
              localStorage.setItem("chat-model", change.model);
            }}
          />
        }
      />
    </div>
  );
}

const QUESTIONS: Record<ConversationTarget["kind"], string> = {
  model: "What would you like to know?",
  agent: "What would you like of this agent?",
  crew: "What shall this crew do, or tell you about its runs?",
  platform: "What crew would you like, or which run shall be explained?",
};

function hasOwnModel({ kind }: ConversationTarget): boolean {
  return kind === "crew" || kind === "agent";
}

function rememberedModel(): string {
  return globalThis.localStorage?.getItem("chat-model") ?? DEFAULT_MODEL;
}
