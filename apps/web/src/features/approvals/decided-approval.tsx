"use client";

import type { InboxApproval } from "@crew/contracts/approvals";
import type { ReactNode } from "react";
import { Code } from "../../ui/code.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { Moment } from "../../ui/moment.tsx";
import { visibleText } from "../../ui/visible-text.ts";
import { ApprovalSubject } from "./approval-subject.tsx";
import { approvalWords, decidedWords } from "./approval-words.ts";

/** What was asked, and what was decided by whom. */
export function DecidedApproval({ approval, about, children }: { approval: InboxApproval; about?: ReactNode; children?: ReactNode }) {
  const { feedback, editedOutput, editedArguments, decidedAt } = approval;
  return (
    <section aria-label="Answered" className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 max-sm:p-3">
      <header>
        <h2 className="font-semibold break-words">{visibleText(approvalWords(approval).title)}</h2>
        {about}
      </header>
      <div role="status" className="rounded-md border border-line bg-sunken px-3 py-2">
        <p className="font-medium">
          {decidedWords(approval)}{" "}
          {decidedAt ? (
            <span className="font-normal text-faint">
              <Moment at={decidedAt} />
            </span>
          ) : null}
        </p>
        {feedback.trim() !== "" ? <p className="mt-1 break-words whitespace-pre-wrap text-muted">{visibleText(feedback)}</p> : null}
      </div>
      {editedOutput !== null ? (
        <div className="rounded-md border border-line p-3">
          <Markdown text={editedOutput} className="max-w-[80ch]" />
        </div>
      ) : null}
      {editedArguments !== null ? (
        <Code label="The arguments that it ran with" text={visibleText(JSON.stringify(editedArguments, null, 2))} wrap />
      ) : null}
      <details>
        <summary className="cursor-pointer text-sm text-muted">What was asked</summary>
        <div className="mt-2">
          <ApprovalSubject approval={approval} />
        </div>
      </details>
      {children ? <div>{children}</div> : null}
    </section>
  );
}
