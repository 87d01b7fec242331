"use client";

import type { LiveRunView } from "@crew/client/live-run-view";
import { Pause, Play, Send } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { Field } from "../../ui/field.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { isToldToPause } from "./run-message-queries.ts";
import { RunMessageRow } from "./run-message-row.tsx";
import { useMaySteer, useRunMessages, useSayToRun } from "./use-say-to-run.ts";

export interface TalkToRunProps {
  runId: string;
  view: LiveRunView;
  /** How many messages the run has told to have seen. */
  seen: number;
}

/** What people have said to the run, what it was understood as, which turn saw it, and the field for more. */
export function TalkToRun({ runId, view, seen }: TalkToRunProps) {
  const said = useRunMessages(runId, seen);
  const maySteer = useMaySteer();
  const hasEnded = view.endedAt !== null;
  if (said.isError && !said.data)
    return <ErrorState error={said.error} what="What was said could not be read" onRetry={() => void said.refetch()} />;
  if (!said.data) return <SkeletonRows rows={2} />;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {said.data.length > 0 ? (
        <ScrollRegion label="What was said" className="max-h-72 min-w-0 overflow-y-auto">
          <ol className="flex min-w-0 flex-col divide-y divide-line">
            {said.data.map((message) => (
              <RunMessageRow key={message.seq} message={message} hasEnded={hasEnded} />
            ))}
          </ol>
        </ScrollRegion>
      ) : null}
      {hasEnded ? <p className="text-sm text-muted">The run has ended; nothing can be said to it any more.</p> : null}
      {!hasEnded && !maySteer ? <p className="text-sm text-muted">Your role watches runs and says nothing to them.</p> : null}
      {!hasEnded && maySteer ? <SayForm runId={runId} isPaused={isToldToPause(said.data)} /> : null}
    </div>
  );
}

function SayForm({ runId, isPaused }: { runId: string; isPaused: boolean }) {
  const [text, setText] = useState("");
  const say = useSayToRun(runId);
  const isSending = say.isPending && say.variables === text.trim();
  const send = (words: string, onDone?: () => void) => say.mutate(words, { onSuccess: onDone });
  return (
    <form
      className="flex min-w-0 flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "" && !say.isPending) send(text.trim(), () => setText(""));
      }}
    >
      <Field
        label="Say something"
        hint="Guidance for every agent, or: skip task 3, pause, stop."
        error={say.error ? explainError(say.error).reason : undefined}
      >
        <Textarea
          rows={2}
          maxLength={4_000}
          value={text}
          placeholder="Use the other source"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </Field>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <PauseButton isPaused={isPaused} isBusy={say.isPending && !isSending} onSay={send} />
        <Button type="submit" variant="primary" icon={<Send className="size-3.5" />} busy={isSending} disabled={text.trim() === ""}>
          Send
        </Button>
      </div>
    </form>
  );
}

function PauseButton({ isPaused, isBusy, onSay }: { isPaused: boolean; isBusy: boolean; onSay: (words: string) => void }) {
  const Icon = isPaused ? Play : Pause;
  return (
    <Button icon={<Icon className="size-3.5" />} busy={isBusy} onClick={() => onSay(isPaused ? "resume" : "pause")}>
      {isPaused ? "Resume" : "Pause"}
    </Button>
  );
}
