"use client";

import { ApiError } from "@crew/client/api-error";
import type { LiveApproval } from "@crew/client/live-run-view";
import type { PersonDecision } from "@crew/contracts/approvals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { approvalEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { approvalWords } from "./approval-words.ts";
import { noteOwnAnswer } from "./use-answers-of-others.ts";

export interface ApprovalFormProps {
  approval: LiveApproval;
  runId: string;
  mayDecide: boolean;
}

/** What waits for a person, with what it is about and every answer that it takes. */
export function ApprovalForm({ approval, runId, mayDecide }: ApprovalFormProps) {
  const words = approvalWords(approval);
  // A grant on this crew may allow what the role does not; only the server knows.
  const [isTrying, setTrying] = useState(false);
  const [feedback, setFeedback] = useState("");
  const [isMissing, setMissing] = useState(false);
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: PersonDecision) =>
      callApi(approvalEndpoints.decide, { params: { approvalId: approval.id }, body: { decision, feedback: feedback.trim() } }),
    onMutate: () => noteOwnAnswer(approval.id),
    onError: (error) => {
      // The other's answer may have taken this form away by now.
      if (error instanceof ApiError && error.code === "conflict")
        showToast("Your answer was not taken", { tone: "bad", detail: error.message });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["run", runId, "approvals"] }),
  });
  const isBusy = decide.isPending || decide.isSuccess;
  const answer = (decision: PersonDecision) => {
    // A draft cannot be revised without a word about what is wrong with it.
    const lacks = decision === "revise" && feedback.trim() === "";
    setMissing(lacks);
    if (!lacks && !isBusy) decide.mutate(decision);
  };

  return (
    <section aria-label="Waits for you" className="flex flex-col gap-3 rounded-lg border border-warn/60 bg-warn-soft p-4">
      <header>
        <h2 className="flex items-center gap-2 font-semibold">
          <StatusMark state="waiting" label={false} />
          {words.title}
        </h2>
        <p className="mt-0.5 text-sm break-words text-muted">{approval.message}</p>
      </header>
      <ApprovalSubject approval={approval} />
      {mayDecide || isTrying ? (
        <>
          <Field
            label={words.feedbackLabel}
            optional={words.isFeedbackOptional}
            error={isMissing ? "Say what should change." : undefined}
            hint={words.feedbackHint}
          >
            <Textarea
              rows={2}
              maxLength={20_000}
              value={feedback}
              onChange={(event) => setFeedback(event.target.value)}
              disabled={isBusy}
            />
          </Field>
          <div className="flex flex-wrap gap-2">
            {words.answers.map(({ decision, label, variant }) => (
              <Button
                key={decision}
                variant={variant}
                busy={isBusy && decide.variables === decision}
                disabled={isBusy && decide.variables !== decision}
                onClick={() => answer(decision)}
              >
                {label}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm text-muted">
            Your role watches runs and answers nothing. <WhomToAsk />
          </p>
          <Button size="sm" onClick={() => setTrying(true)}>
            This crew lets me
          </Button>
        </div>
      )}
      {decide.isError ? <ErrorState error={decide.error} what="The answer was not taken" kept="Your text is kept here." /> : null}
    </section>
  );
}
