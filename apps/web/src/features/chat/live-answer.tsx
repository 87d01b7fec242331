"use client";

import { ErrorState } from "../../ui/error-state.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { RunAttention } from "../runs/run-attention.tsx";
import { RunNote } from "../runs/run-note.tsx";
import { ToolReceipt } from "../runs/tool-receipt.tsx";
import { TurnCard } from "../runs/turn-card.tsx";
import { useLiveRun } from "../runs/use-live-run.ts";

/** The step that puts older messages into fewer words; its text is no part of the answer. */
const SUMMARY_STEP = "chat/summary:";

/** The answer that is being written: the run behind it, as it goes. Opened in the middle, it shows all of it. */
export function LiveAnswer({ runId, settled }: { runId: string; settled: string | null }) {
  const live = useLiveRun(runId);
  const items = live.view.tasks.flatMap((task) => task.items);
  if (live.phase === "failed") return <ErrorState error={live.error} what="The answer cannot be followed" onRetry={live.retry} />;
  const hasEnded = live.view.endedAt !== null || settled !== null;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {items.length === 0 && !hasEnded ? <Waiting /> : null}
      {items.map((item) => {
        const key = `${item.kind} ${item.id}`;
        if (item.kind === "tool") return <ToolReceipt key={key} tool={item} />;
        if (item.kind === "note") return <RunNote key={key} note={item} />;
        if (item.id.startsWith(SUMMARY_STEP)) return <Summarizing key={key} isDone={item.state === "done" || hasEnded} />;
        return item.state === "failed" ? null : <TurnCard key={key} turn={item} isBare />;
      })}
      <RunAttention view={live.view} runId={runId} />
      {live.view.state === "cancelled" && settled ? <Markdown text={settled} /> : null}
    </div>
  );
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
