"use client";

import type { LiveApproval } from "@crew/client/live-run-view";
import type { ApprovalDecision } from "@crew/contracts/approvals";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { approvalEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Code } from "../../ui/code.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Textarea } from "../../ui/textarea.tsx";

export interface ApprovalFormProps {
  approval: LiveApproval;
  runId: string;
  mayDecide: boolean;
}

/** What waits for a person, with what it is about and every answer that it takes. */
export function ApprovalForm({ approval, runId, mayDecide }: ApprovalFormProps) {
  const isReview = approval.kind !== "needs_attention";
  const [feedback, setFeedback] = useState("");
  const [isMissing, setMissing] = useState(false);
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: ApprovalDecision) =>
      callApi(approvalEndpoints.decide, { params: { approvalId: approval.id }, body: { decision, feedback: feedback.trim() } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["run", runId, "approvals"] }),
  });
  const isBusy = decide.isPending || decide.isSuccess;
  const answer = (decision: ApprovalDecision) => () => {
    // A draft cannot be revised without a word about what is wrong with it.
    const lacks = decision === "revise" && feedback.trim() === "";
    setMissing(lacks);
    if (!lacks && !isBusy) decide.mutate(decision);
  };
  const busy = (decision: ApprovalDecision) => isBusy && decide.variables === decision;

  return (
    <section aria-label="Waits for you" className="flex flex-col gap-3 rounded-lg border border-warn/60 bg-warn-soft p-4">
      <header>
        <h2 className="flex items-center gap-2 font-semibold">
          <StatusMark state="waiting" label={false} />
          {isReview ? `Review the draft${approval.taskKey ? ` of “${approval.taskKey}”` : ""}` : "A tool's outcome is unknown"}
        </h2>
        <p className="mt-0.5 text-sm text-muted">{approval.message}</p>
      </header>
      {isReview ? (
        <section
          aria-label="Draft"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          className="max-h-80 overflow-y-auto rounded-md border border-line bg-surface p-3"
        >
          <Markdown text={approval.output} className="max-w-[80ch]" />
        </section>
      ) : (
        <Code text={approval.output} label="The call" wrap />
      )}
      {mayDecide ? (
        <>
          <Field
            label={isReview ? "What should change" : "What the tool answered, or why you decide so"}
            optional={!isReview}
            error={isMissing ? "Say what should change." : undefined}
            hint={
              isReview ? "Needed to ask for a change; the agent reads it." : "If it happened, the agent reads this as the tool's answer."
            }
          >
            <Textarea rows={2} value={feedback} onChange={(event) => setFeedback(event.target.value)} disabled={isBusy} />
          </Field>
          <div className="flex flex-wrap gap-2">
            {isReview ? (
              <>
                <Button variant="primary" busy={busy("approve")} disabled={isBusy && !busy("approve")} onClick={answer("approve")}>
                  Approve
                </Button>
                <Button busy={busy("revise")} disabled={isBusy && !busy("revise")} onClick={answer("revise")}>
                  Ask for a change
                </Button>
              </>
            ) : (
              <>
                <Button variant="primary" busy={busy("happened")} disabled={isBusy && !busy("happened")} onClick={answer("happened")}>
                  It happened, go on
                </Button>
                <Button busy={busy("did_not_happen")} disabled={isBusy && !busy("did_not_happen")} onClick={answer("did_not_happen")}>
                  It did not, run it once more
                </Button>
                <Button variant="danger" busy={busy("fail")} disabled={isBusy && !busy("fail")} onClick={answer("fail")}>
                  End the run
                </Button>
              </>
            )}
          </div>
        </>
      ) : (
        <p className="text-sm text-muted">You may watch this run but not answer. Ask somebody who may approve.</p>
      )}
      {decide.isError ? <ErrorState error={decide.error} what="The answer was not taken" kept="Your text is kept here." /> : null}
    </section>
  );
}
