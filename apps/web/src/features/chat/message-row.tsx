"use client";

import type { Message } from "@crew/contracts/conversations";
import { ChevronRight, FileText, Pencil, RefreshCw } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { AnswerSteps } from "./answer-steps.tsx";
import { AnswerContext } from "./context-meter.tsx";
import { fileNamesOf } from "./context-part.ts";
import { EditMessage } from "./edit-message.tsx";
import { LiveAnswer } from "./live-answer.tsx";
import { PartCards } from "./part-cards/part-cards.tsx";
import { VersionSwitcher } from "./version-switcher.tsx";

const CALLS = ["tool"] as const;
const RESULTS = ["run", "crew"] as const;

/** What its owner can do with a message while nothing is being written. */
export interface MessageActs {
  edit: (message: Message, content: string) => void;
  regenerate: (message: Message) => void;
  show: (messageId: string) => void;
}

interface MessageRowProps {
  message: Message;
  /** Absent: it can only be read. */
  acts?: MessageActs | undefined;
}

export const MessageRow = memo(function MessageRow({ message, acts }: MessageRowProps) {
  return message.role === "assistant" ? <Answered message={message} acts={acts} /> : <Question message={message} acts={acts} />;
});

function Question({ message, acts }: MessageRowProps) {
  const [isEditing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing) button.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  if (isEditing && acts) {
    const send = (content: string) => {
      setEditing(false);
      acts.edit(message, content);
    };
    return <EditMessage content={message.content} onSend={send} onCancel={() => setEditing(false)} />;
  }
  return (
    <div className="flex min-w-0 flex-col">
      <Asked content={message.content} attachments={fileNamesOf(message)} />
      {acts ? (
        <div className="mt-1 flex min-h-7 items-center justify-end gap-1">
          <VersionSwitcher message={message} onShow={acts.show} />
          <IconButton ref={button} label="Edit and send again" icon={<Pencil />} onClick={() => setEditing(true)} />
        </div>
      ) : null}
    </div>
  );
}

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

function Answered({ message, acts }: MessageRowProps) {
  // Who watched the answer come keeps its steps in sight: nothing jumps when it is complete.
  const [wasPending] = useState(message.state === "pending");
  const isPending = message.state === "pending";
  return (
    <article aria-label="Answer" aria-busy={isPending} className="group min-w-0">
      {wasPending && message.runId !== null && message.state !== "stopped" ? (
        <LiveAnswer runId={message.runId} settled={isPending ? null : message.content} />
      ) : (
        <>
          <PartCards parts={message.parts} only={CALLS} messageId={message.id} />
          <Markdown text={message.content} />
        </>
      )}
      {isPending ? null : <PartCards parts={message.parts} only={RESULTS} messageId={message.id} />}
      {message.state === "failed" ? (
        <p role="alert" className="mt-2 rounded-md bg-bad-soft px-3 py-2 text-sm">
          <span className="font-medium text-bad">The answer failed.</span> {message.error?.message ?? "No reason was given."} Send the
          message again or choose another model.
        </p>
      ) : null}
      {message.state === "stopped" ? <p className="mt-1 text-sm text-faint">⊘ Stopped here. What was said is kept.</p> : null}
      {isPending ? null : <AnswerFoot message={message} acts={acts} withSteps={!wasPending} />}
    </article>
  );
}

function AnswerFoot({ message, acts, withSteps }: MessageRowProps & { withSteps: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { runId } = message;
  return (
    <>
      <div className="mt-1 flex min-h-7 flex-wrap items-center gap-1 text-xs text-faint">
        <CopyButton text={message.content} label="Copy the answer" className="-ml-1.5" />
        {acts ? <IconButton label="Answer again" icon={<RefreshCw />} onClick={() => acts.regenerate(message)} /> : null}
        {acts ? <VersionSwitcher message={message} onShow={acts.show} /> : null}
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
        <AnswerContext message={message} />
      </div>
      {isOpen && runId !== null ? <AnswerSteps runId={runId} /> : null}
    </>
  );
}
