"use client";

import { ApiError } from "@crew/client/api-error";
import { MAX_ANSWER_CHARACTERS } from "@crew/contracts/approval-limits";
import type { DecideApproval, PersonDecision } from "@crew/contracts/approvals";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { StatusMark } from "../../ui/status-mark.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { visibleText } from "../../ui/visible-text.ts";
import { ApprovalEditor } from "./approval-editor.tsx";
import { ApprovalSubject } from "./approval-subject.tsx";
import { type AskedApproval, approvalWords } from "./approval-words.ts";
import { noteOwnAnswer } from "./note-own-answer.ts";

export interface ApprovalFormProps {
  approval: AskedApproval;
  /** Beside the question: who asks, and until when. */
  about?: ReactNode;
  /** In place of the answers, for who may give none. */
  instead?: ReactNode;
  answer: (answer: DecideApproval) => Promise<unknown>;
  onSettled?: () => void;
}

/** What waits for a person, with what it is about and every answer that it takes. The same wherever it is asked. */
export function ApprovalForm({ approval, about, instead, answer, onSettled }: ApprovalFormProps) {
  const words = approvalWords(approval);
  const decide = useMutation({
    mutationFn: answer,
    onMutate: () => noteOwnAnswer(approval.id),
    onError: (error) => {
      // The other's answer may have taken this form away by now.
      if (error instanceof ApiError && error.code === "conflict")
        showToast("Your answer was not taken", { tone: "bad", detail: error.message });
    },
    onSettled,
  });
  return (
    <section
      aria-label="Waits for you"
      className="flex min-w-0 flex-col gap-3 rounded-lg border border-warn/60 bg-warn-soft p-4 max-sm:p-3"
    >
      <header className="min-w-0">
        <h2 className="flex items-center gap-2 font-semibold">
          <StatusMark state="waiting" label={false} />
          <span className="min-w-0 break-words">{visibleText(words.title)}</span>
        </h2>
        {/* Elsewhere the title and what follows say it all. */}
        {approval.kind === "needs_attention" ? (
          <p className="mt-0.5 text-sm break-words text-muted">{visibleText(approval.message)}</p>
        ) : null}
        {about}
      </header>
      <ApprovalSubject approval={approval} />
      {instead ?? <Answers approval={approval} decide={decide} />}
      {decide.isError && !isRefusedEdit(decide) ? (
        <ErrorState error={decide.error} what="The answer was not taken" kept="Your text is kept here." />
      ) : null}
    </section>
  );
}

type Deciding = ReturnType<typeof useMutation<unknown, Error, DecideApproval>>;

/** What is wrong with one's own text stands under it. */
function isRefusedEdit({ error, variables }: Deciding): boolean {
  return variables?.decision === "edit" && error instanceof ApiError && error.issues.length > 0;
}

function Answers({ approval, decide }: { approval: AskedApproval; decide: Deciding }) {
  const words = approvalWords(approval);
  const [feedback, setFeedback] = useState("");
  const [missing, setMissing] = useState<string>();
  const [isEditing, setEditing] = useState(false);
  const isBusy = decide.isPending || decide.isSuccess;
  const give = (decision: PersonDecision) => {
    const lack = feedback.trim() === "" ? words.needs[decision] : undefined;
    setMissing(lack);
    if (!lack && !isBusy) decide.mutate({ decision, feedback: feedback.trim() });
  };
  if (isEditing) {
    const { error } = decide;
    const refused = isRefusedEdit(decide) && error instanceof ApiError ? error.issues.map(({ message }) => message).join("; ") : undefined;
    return (
      <ApprovalEditor
        approval={approval}
        busy={isBusy}
        error={refused}
        onSend={(edited) => !isBusy && decide.mutate({ decision: "edit", feedback: feedback.trim(), ...edited })}
        onClose={() => setEditing(false)}
      />
    );
  }
  return (
    <>
      {approval.choices && approval.choices.length > 0 ? (
        <fieldset className="flex min-w-0 flex-wrap gap-2">
          <legend className="mb-1 text-sm font-medium">It offers</legend>
          {approval.choices.map((choice) => (
            <Button
              key={choice}
              size="sm"
              className="h-auto min-h-7 max-w-full py-1 text-left whitespace-normal max-sm:min-h-10"
              aria-pressed={feedback === choice}
              disabled={isBusy}
              onClick={() => setFeedback(choice)}
            >
              <span className="min-w-0 break-words">{visibleText(choice)}</span>
            </Button>
          ))}
        </fieldset>
      ) : null}
      <Field label={words.feedbackLabel} optional={Object.keys(words.needs).length === 0} error={missing} hint={words.feedbackHint}>
        <Textarea
          rows={2}
          maxLength={MAX_ANSWER_CHARACTERS}
          value={feedback}
          onChange={(event) => setFeedback(event.target.value)}
          disabled={isBusy}
        />
      </Field>
      <div className="flex flex-wrap gap-2 max-sm:[&>button]:flex-auto">
        {words.answers.map(({ decision, label, variant }, index) => (
          <Button
            key={decision}
            variant={variant}
            className={index === 0 ? "order-first" : index === words.answers.length - 1 ? "order-last" : undefined}
            busy={isBusy && decide.variables?.decision === decision}
            disabled={isBusy && decide.variables?.decision !== decision}
            onClick={() => give(decision)}
          >
            {label}
          </Button>
        ))}
        {words.edit ? (
          <Button disabled={isBusy} onClick={() => setEditing(true)}>
            {words.edit.open}
          </Button>
        ) : null}
      </div>
    </>
  );
}
