"use client";

import type { Message } from "@crew/contracts/conversations";
import { ChevronRight, FileText } from "lucide-react";
import { memo, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { AnswerSteps } from "./answer-steps.tsx";
import { LiveAnswer } from "./live-answer.tsx";
import { attachmentsOf } from "./sent-attachments.ts";

export const MessageRow = memo(function MessageRow({ message }: { message: Message }) {
  if (message.role === "assistant") return <Answered message={message} />;
  return <Asked content={message.content} attachments={attachmentsOf(message.clientMessageId)} />;
});

export interface AskedProps {
  content: string;
  /** Names of what came with it. */
  attachments: string[];
  className?: string;
}

export function Asked({ content, attachments, className }: AskedProps) {
  return (
    <div
      className={classNames("ml-auto max-w-[85%] min-w-0 rounded-lg bg-pressed/60 px-3.5 py-2 break-words whitespace-pre-wrap", className)}
    >
      <span className="sr-only">You: </span>
      {content}
      {attachments.length > 0 ? (
        <ul aria-label="Attachments" className="mt-2 flex flex-wrap gap-1.5">
          {attachments.map((name) => (
            <li key={name} className="flex h-6 max-w-full items-center gap-1.5 rounded-sm bg-surface px-2 text-xs text-muted">
              <FileText aria-hidden="true" className="size-3.5 shrink-0" />
              <span className="truncate">{name}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Answered({ message }: { message: Message }) {
  // Who watched the answer come keeps its steps in sight: nothing jumps when it is complete.
  const [wasPending] = useState(message.state === "pending");
  const isPending = message.state === "pending";
  return (
    <article aria-label="Answer" aria-busy={isPending} className="group min-w-0">
      {wasPending && message.runId !== null && message.state !== "stopped" ? (
        <LiveAnswer runId={message.runId} settled={isPending ? null : message.content} />
      ) : (
        <Markdown text={message.content} />
      )}
      {message.state === "failed" ? (
        <p role="alert" className="mt-2 rounded-md bg-bad-soft px-3 py-2 text-sm">
          <span className="font-medium text-bad">The answer failed.</span> {message.error?.message ?? "No reason was given."} Send the
          message again or choose another model.
        </p>
      ) : null}
      {message.state === "stopped" ? <p className="mt-1 text-sm text-faint">⊘ Stopped here. What was said is kept.</p> : null}
      {isPending ? null : <AnswerFoot message={message} withSteps={!wasPending} />}
    </article>
  );
}

function AnswerFoot({ message, withSteps }: { message: Message; withSteps: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { runId } = message;
  return (
    <>
      <div className="mt-1 flex min-h-7 items-center gap-1 text-xs text-faint">
        <CopyButton text={message.content} label="Copy the answer" className="-ml-1.5" />
        {runId !== null && withSteps ? (
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            className="inline-flex h-7 items-center gap-1 rounded-md px-1.5 hover:bg-hover hover:text-text max-sm:h-10"
          >
            <ChevronRight aria-hidden="true" className={classNames("size-3 transition-transform", isOpen && "rotate-90")} />
            Steps
          </button>
        ) : null}
        {runId === null ? null : (
          <RouteLink
            href={`/runs/${runId}`}
            className="inline-flex h-7 items-center rounded-md px-1.5 hover:bg-hover hover:text-text max-sm:h-10"
          >
            Run
          </RouteLink>
        )}
      </div>
      {isOpen && runId !== null ? <AnswerSteps runId={runId} /> : null}
    </>
  );
}
