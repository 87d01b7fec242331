"use client";

import type { DiscardDeadLetters, RedriveDeadLetters } from "@crew/contracts/dead-letters";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { deadLetterEndpoints } from "../../data/endpoints.ts";
import { explainError } from "../../ui/explain-error.ts";
import { formatPlural } from "../../ui/format-figures.ts";
import { showToast } from "../../ui/toast-store.ts";

const beyond = (remaining: number) => (remaining === 0 ? "" : ` ${formatPlural(remaining, "more is", "more are")} left: ask once more.`);

/** Redriving and discarding, of one letter or of many, with word of what became of it. */
export function useLetterActs(onDone: () => void) {
  const queries = useQueryClient();
  const settle = () => {
    void queries.invalidateQueries({ queryKey: ["dead-letters"] });
    void queries.invalidateQueries({ queryKey: ["run"] });
    onDone();
  };
  const fail = (text: string) => (error: unknown) => showToast(text, { tone: "bad", detail: explainError(error).reason });
  const redrive = useMutation({
    mutationFn: (body: RedriveDeadLetters) => callApi(deadLetterEndpoints.redriveMany, { body }),
    onSuccess: ({ redriven, skipped, remaining }) => {
      const [first] = skipped;
      if (redriven.length > 0) showToast(`${formatPlural(redriven.length, "goes", "go")} on.${beyond(remaining)}`);
      else if (!first) showToast("Nothing was open");
      if (first)
        showToast(`${formatPlural(skipped.length, "was", "were")} left as ${skipped.length === 1 ? "it was" : "they were"}`, {
          tone: "bad",
          detail: first.message,
        });
      settle();
    },
    onError: fail("Nothing was redriven"),
  });
  const discard = useMutation({
    mutationFn: (body: DiscardDeadLetters) => callApi(deadLetterEndpoints.discardMany, { body }),
    onSuccess: ({ discarded, remaining }) => {
      showToast(
        discarded === 0
          ? "Nothing was open"
          : `${formatPlural(discarded, "dead letter is", "dead letters are")} discarded.${beyond(remaining)}`,
      );
      settle();
    },
    onError: fail("Nothing was discarded"),
  });
  return { redrive, discard };
}
