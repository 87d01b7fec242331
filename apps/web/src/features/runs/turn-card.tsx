"use client";

import type { LiveRetry, LiveTurn } from "@crew/client/live-run-view";
import { memo, useDeferredValue, useState } from "react";
import { formatCount, formatDuration, formatPlural } from "../../ui/format-figures.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { isDemoModel } from "../models/demo-note.tsx";
import { ClampedText } from "./clamped-text.tsx";
import { Countdown } from "./countdown.tsx";
import { againWords, attemptWords, leavesText } from "./pace-words.ts";
import { costWords } from "./run-words.ts";
import { ShownThoughts } from "./shown-thoughts.tsx";
import { StreamNote } from "./stream-note.tsx";

/** One answer of the model, as it comes and as it ended. `isBare`: the words alone, as a chat shows them. */
export const TurnCard = memo(function TurnCard({ turn, isBare = false }: { turn: LiveTurn; isBare?: boolean }) {
  // Parsing a long text anew with every piece of it may lag behind; typing and scrolling may not.
  const text = useDeferredValue(turn.text);
  const reasoning = useDeferredValue(turn.reasoning);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Retries retries={turn.retries} isWaiting={turn.state === "retrying"} />
      <ShownThoughts text={reasoning} isUnderWay={turn.state === "streaming" && turn.text === ""} />
      {turn.text === "" && turn.reasoning === "" && turn.state === "streaming" ? <AtWork /> : null}
      {turn.text === "" && turn.state === "failed" && !turn.retries.at(-1)?.isLast ? (
        <StreamNote mark="stopped">Stopped before the answer was complete; what was written is void.</StreamNote>
      ) : null}
      {turn.state === "streaming" && text !== "" ? (
        <div>
          <Markdown text={text} />
          <span aria-hidden="true" className="mt-1 block h-4 w-1.5 animate-pulse-soft rounded-full bg-accent" />
        </div>
      ) : text === "" ? null : (
        <ClampedText text={text} limit={4_000}>
          {(shown) => <Markdown text={shown} />}
        </ClampedText>
      )}
      {turn.state === "done" && !isBare ? <TurnFigures turn={turn} /> : null}
    </div>
  );
});

/** A provider that is away for an hour is asked a hundred times: the last attempts say what all of them would. */
const RETRIES_SHOWN = 3;

function Retries({ retries, isWaiting }: { retries: LiveRetry[]; isWaiting: boolean }) {
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, retries.length - RETRIES_SHOWN);
  const models = new Set(retries.map(({ model }) => model));
  return (
    <>
      {hidden > 0 ? (
        <button
          type="button"
          onClick={() => setWhole(true)}
          className="self-start rounded-sm text-sm text-accent hover:underline max-sm:py-2"
        >
          Show {formatPlural(hidden, "earlier attempt")}
        </button>
      ) : null}
      {retries.slice(hidden).map((retry, index) => {
        const isNewest = hidden + index === retries.length - 1;
        return (
          <StreamNote key={retry.callId} mark={retry.isLast ? "failed" : "again"}>
            Attempt {hidden + index + 1}
            {models.size > 1 ? `, ${retry.model}` : ""}. {attemptWords(retry)}{" "}
            <NextAttempt retry={retry} isAwaited={isNewest && isWaiting} />
          </StreamNote>
        );
      })}
    </>
  );
}

/** What follows an attempt that came to nothing. */
function NextAttempt({ retry, isAwaited }: { retry: LiveRetry; isAwaited: boolean }) {
  if (retry.isLast) return "It was not asked again.";
  const isVoid = leavesText(retry) ? "Its text is void. " : "";
  if (retry.turnedTo !== null) return `${isVoid}${retry.turnedTo} is asked in its place.`;
  if (retry.retryInMs === null) return `${isVoid}Asked again from the start.`;
  if (!isAwaited) return `${isVoid}${againWords(retry.retryInMs)}`;
  const until = new Date(Date.parse(retry.at) + retry.retryInMs).toISOString();
  return (
    <>
      {isVoid}It is asked again <Countdown until={until} />.
    </>
  );
}

function AtWork() {
  return (
    <p className="flex items-center gap-1.5 text-sm text-faint">
      <span aria-hidden="true" className="size-1.5 animate-pulse-soft rounded-full bg-accent" />
      The model is at work…
    </p>
  );
}

function TurnFigures({ turn }: { turn: LiveTurn }) {
  const calls = turn.toolCalls.length;
  return (
    <p className="flex flex-wrap gap-x-2 text-xs text-faint">
      <span>Turn {turn.turn}</span>
      {calls > 0 ? <span>asked for {formatPlural(calls, "tool call")}</span> : null}
      {turn.durationMs === null ? null : <span>{formatDuration(turn.durationMs)}</span>}
      {turn.inputTokens === null && turn.outputTokens === null ? null : (
        <span>
          {formatCount(turn.inputTokens ?? 0)} in, {formatCount(turn.outputTokens ?? 0)} out
        </span>
      )}
      <span>{turn.costUsd === null ? "cost unknown" : costWords(turn.costUsd, isDemoModel(turn.model))}</span>
      {turn.finishReason === "length" ? <span className="text-warn">cut at the model's length limit</span> : null}
    </p>
  );
}
