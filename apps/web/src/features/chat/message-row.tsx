"use client";

import type { Message } from "@crew/contracts/conversations";
import { ChevronRight, Pencil, RefreshCw } from "lucide-react";
import { lazy, memo, Suspense, useEffect, useRef, useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { RouteLink } from "../../ui/route-link.tsx";
import { Skeleton, SkeletonRows } from "../../ui/skeleton.tsx";
import { type ShownPicture, sentPicturesOf } from "./attached.ts";
import { AnswerContext } from "./context-meter.tsx";
import { fileNamesOf } from "./context-part.ts";
import type { KeptFiles } from "./draft-messages.ts";
import { EditMessage } from "./edit-message.tsx";
import { FileNames } from "./file-names.tsx";
import { JsonAnswer } from "./json-answer.tsx";
import { MessagePictures } from "./message-pictures.tsx";
import { PartCards } from "./part-cards/part-cards.tsx";
import { VersionSwitcher } from "./version-switcher.tsx";

// Starts to load with the page, for the answer that is asked for next.
const live = import("./live-answer.tsx");
const LiveAnswer = lazy(() => live);
const AnswerSteps = lazy(() => import("./answer-steps.tsx"));

/** What its owner can do with a message while nothing is being written. */
export interface MessageActs {
  edit: (message: Message, content: string, kept: KeptFiles | null) => void;
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
    const send = (content: string, names: string[]) => {
      setEditing(false);
      acts.edit(message, content, names.length > 0 ? { messageId: message.id, names } : null);
    };
    const came = [...fileNamesOf(message), ...sentPicturesOf(message).map(({ name }) => name)];
    return <EditMessage content={message.content} files={came} onSend={send} onCancel={() => setEditing(false)} />;
  }
  return (
    <div className="flex min-w-0 flex-col">
      <Asked content={message.content} attachments={fileNamesOf(message)} pictures={sentPicturesOf(message)} />
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
  pictures: ShownPicture[];
  className?: string;
}

export function Asked({ content, attachments, pictures, className }: AskedProps) {
  return (
    <div
      className={classNames("ml-auto max-w-[85%] min-w-0 rounded-lg bg-pressed/60 px-3.5 py-2 break-words whitespace-pre-wrap", className)}
    >
      <span className="sr-only">You: </span>
      {content}
      <MessagePictures pictures={pictures} />
      <FileNames names={attachments} className="mt-2" />
    </div>
  );
}

function Answered({ message, acts }: MessageRowProps) {
  // Who watched the answer come keeps its steps in sight: nothing jumps when it is complete.
  const [wasPending] = useState(message.state === "pending");
  const isPending = message.state === "pending";
  const json = message.parts.find((part) => part.type === "json");
  const kept = (
    <div className="flex min-w-0 flex-col gap-2">
      <PartCards parts={message.parts} messageId={message.id} />
      {json ? <JsonAnswer part={json} text={message.content} /> : <Markdown text={message.content} />}
    </div>
  );
  return (
    <article aria-label="Answer" aria-busy={isPending} className="group min-w-0">
      {wasPending && !json && message.runId !== null && message.state !== "stopped" ? (
        <Suspense fallback={isPending ? <Skeleton className="h-6 w-40" /> : kept}>
          <LiveAnswer runId={message.runId} messageId={message.id} settled={isPending ? null : kept} />
        </Suspense>
      ) : (
        kept
      )}
      {message.state === "failed" ? (
        <p role="alert" className="mt-2 rounded-md bg-bad-soft px-3 py-2 text-sm">
          <span className="font-medium text-bad">The answer failed.</span> {message.error?.message ?? "No reason was given."} Send the
          message again or choose another model.
        </p>
      ) : null}
      {message.state === "stopped" ? <p className="mt-1 text-sm text-faint">⊘ Stopped here. What was said is kept.</p> : null}
      {isPending ? null : <AnswerFoot message={message} acts={acts} withSteps={!wasPending || json !== undefined} />}
    </article>
  );
}

function AnswerFoot({ message, acts, withSteps }: MessageRowProps & { withSteps: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { runId } = message;
  const answeredBy = message.parts.find((part) => part.type === "model");
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
        {answeredBy ? (
          <span className="px-1.5 break-words">
            Answered by {answeredBy.model}, since {answeredBy.insteadOf} gave up
          </span>
        ) : null}
      </div>
      <Suspense fallback={<SkeletonRows rows={2} />}>{isOpen && runId !== null ? <AnswerSteps runId={runId} /> : null}</Suspense>
    </>
  );
}
