"use client";

import type { LiveItem, LiveTurn } from "@crew/client/live-run-view";
import type { ReactNode } from "react";
import { ErrorState } from "../../ui/error-state.tsx";
import { RunAttention } from "../runs/run-attention.tsx";
import { RunNote } from "../runs/run-note.tsx";
import { TurnCard } from "../runs/turn-card.tsx";
import { useLiveRun } from "../runs/use-live-run.ts";
import { isProposal, LiveCall } from "./part-cards/live-call.tsx";

/** The step that puts older messages into fewer words; its text is no part of the answer. */
const SUMMARY_STEP = "chat/summary:";

export interface LiveAnswerProps {
  runId: string;
  messageId: string;
  /** The answer as it is kept, once it has ended. */
  settled: ReactNode;
}

/** The answer that is being written: the run behind it, as it goes. Opened in the middle, it shows all of it. */
export default function LiveAnswer({ runId, messageId, settled }: LiveAnswerProps) {
  const live = useLiveRun(runId);
  const items = live.view.tasks.flatMap((task) => task.items);
  // What is kept is shown where the run cannot be followed, or is told of later than the message.
  if (live.phase === "failed" || (items.length === 0 && settled !== null))
    return settled ?? <ErrorState error={live.error} what="The answer cannot be followed" onRetry={live.retry} />;
  const hasEnded = live.view.endedAt !== null || settled !== null;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {items.length === 0 && !hasEnded ? <Waiting /> : null}
      {items.map((item, at) => {
        const key = `${item.kind} ${item.id}`;
        if (item.kind === "tool")
          return <LiveCall key={key} tool={item} proposedBefore={proposalsIn(items.slice(0, at))} messageId={messageId} />;
        if (item.kind === "note") return <RunNote key={key} note={item} />;
        if (item.id.startsWith(SUMMARY_STEP)) return <Summarizing key={key} isDone={item.state === "done" || hasEnded} />;
        return isSilent(item) ? null : <TurnCard key={key} turn={item} isBare />;
      })}
      <RunAttention view={live.view} runId={runId} />
    </div>
  );
}

/** It has said nothing besides what it asked for, or nothing that counts. */
function isSilent({ state, text, reasoning, retries }: LiveTurn): boolean {
  return state === "failed" || (state === "done" && text === "" && reasoning === "" && retries.length === 0);
}

function proposalsIn(items: readonly LiveItem[]): number {
  return items.filter((item) => item.kind === "tool" && isProposal(item)).length;
}

function Summarizing({ isDone }: { isDone: boolean }) {
  return (
    <p className="text-sm text-faint">
      {isDone ? "Older messages were put into fewer words, since they do not fit any more." : "Putting older messages into fewer words…"}
    </p>
  );
}

function Waiting() {
  return (
    <p className="flex items-center gap-1.5 text-sm text-faint">
      <span aria-hidden="true" className="size-1.5 animate-pulse-soft rounded-full bg-accent" />A worker takes it up…
    </p>
  );
}
