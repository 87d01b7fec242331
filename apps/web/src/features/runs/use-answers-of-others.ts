"use client";

import type { LiveApproval } from "@crew/client/live-run-view";
import { useEffect, useRef } from "react";
import { showToast } from "../../ui/toast-store.ts";
import { isOwnAnswer } from "../approvals/note-own-answer.ts";
import { answerWords } from "./run-words.ts";

/** A question that somebody else answers goes away under one's hands: says who it was, and what they said. */
export function useAnswersOfOthers(approvals: readonly LiveApproval[]): void {
  const open = useRef(new Set<string>());
  useEffect(() => {
    for (const { id, answer } of approvals) {
      if (answer === null) open.current.add(id);
      else if (open.current.delete(id) && !isOwnAnswer(id)) showToast(answerWords(answer));
    }
  }, [approvals]);
}
