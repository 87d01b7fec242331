"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { conversationEndpoints } from "../../data/endpoints.ts";
import { explainError } from "../../ui/explain-error.ts";
import { showToast } from "../../ui/toast-store.ts";
import { conversationQuery } from "./conversation-queries.ts";

/** The model that answers next, and those that are asked when it gives up; shown at once, and taken back where it is refused. */
export function useModelsChange(conversationId: string) {
  const queries = useQueryClient();
  const { queryKey } = conversationQuery(conversationId);
  return useMutation({
    mutationFn: (body: { model: string } | { fallbackModels: string[] }) =>
      callApi(conversationEndpoints.update, { params: { conversationId }, body }),
    onMutate: (change) => {
      const before = queries.getQueryData(queryKey);
      if (before) queries.setQueryData(queryKey, { ...before, ...change });
      return before;
    },
    // A fallback model that became the first is in the list no more.
    onSuccess: (conversation) => queries.setQueryData(queryKey, conversation),
    onError: (error, _change, before) => {
      queries.setQueryData(queryKey, before);
      showToast("The model was not changed.", { tone: "bad", detail: explainError(error).reason });
    },
  });
}
