"use client";

import { urlOf } from "@crew/client/call";
import type { Conversation, UpdateConversation } from "@crew/contracts/conversations";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { downloadFrom } from "../../data/download-from.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { fileNameOf } from "../../ui/download-text.ts";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { useNavigate } from "../../ui/use-navigate.ts";
import { conversationQuery } from "./conversation-queries.ts";

/** What can be done with a conversation as a whole. `isOpen`: its page is shown, and left when it is gone. */
export function useConversationActs({ id, title }: Conversation, isOpen: boolean) {
  const queries = useQueryClient();
  const { push } = useNavigate();
  const params = { conversationId: id };
  const change = useMutation({
    mutationFn: ({ body }: { body: UpdateConversation; done: string }) => callApi(conversationEndpoints.update, { params, body }),
    onSuccess: async (conversation, { done }) => {
      queries.setQueryData(conversationQuery(id).queryKey, conversation);
      showToast(done);
      await queries.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: (error) => showToast("The conversation was not changed.", { tone: "bad", detail: explainError(error).reason }),
  });
  const remove = useMutation({
    mutationFn: () => callApi(conversationEndpoints.delete, { params }),
    onSuccess: async () => {
      if (isOpen) push("/chat");
      await queries.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: (error) => showToast("The conversation was not deleted.", { tone: "bad", detail: explainError(error).reason }),
  });
  const download = useMutation({
    mutationFn: (format: "markdown" | "json") =>
      downloadFrom(
        urlOf(conversationEndpoints.export, { params, query: { format } }),
        fileNameOf(title, format === "markdown" ? "md" : "json"),
      ),
    onError: (error) => showToast("The conversation was not exported.", { tone: "bad", detail: explainError(error).reason }),
  });
  return { change, remove, download };
}
