"use client";

import type { LiveNote } from "@crew/client/live-run-view";
import { formatMoment } from "../../ui/format-figures.ts";
import { Countdown } from "./countdown.tsx";
import { budgetWords, deadlineWords, fallbackWords, turnWords } from "./pace-words.ts";
import { answerWords, resumptionWords, steeredWords, waitWords } from "./run-words.ts";
import { StreamNote } from "./stream-note.tsx";
import { useNow } from "./use-now.ts";

export function RunNote({ note }: { note: LiveNote }) {
  switch (note.note) {
    case "resumed":
      // An answer tells itself; a second line about the same moment would be noise.
      if (note.because === "answered") return null;
      return <StreamNote mark="again">{resumptionWords(note)}</StreamNote>;
    case "waiting":
      return (
        <StreamNote mark="waiting">
          {waitWords(note).title}
          {note.until === null ? "" : `, until ${formatMoment(note.until)}`}.
        </StreamNote>
      );
    case "answered":
      return <StreamNote mark={note.outcome === "fail" ? "failed" : "done"}>{answerWords(note)}</StreamNote>;
    case "provider_wait":
      return <TurnWait note={note} />;
    case "fallback":
      return <StreamNote mark="again">{fallbackWords(note)}</StreamNote>;
    case "deadline":
      return <StreamNote mark="failed">{deadlineWords(note)}</StreamNote>;
    case "budget":
      return <StreamNote mark={note.action === "stop" ? "failed" : "waiting"}>{budgetWords(note)}</StreamNote>;
    case "escalated":
      return <StreamNote mark="waiting">Nobody answered in time, so {note.to} was asked too.</StreamNote>;
    case "steered":
      return <StreamNote mark="said">{steeredWords(note)}</StreamNote>;
    case "paused":
      return <StreamNote mark="waiting">{note.by} has paused the run.</StreamNote>;
    case "asked":
      return null;
  }
}

/** Told when it begins; while it lasts it says when it ends. */
function TurnWait({ note }: { note: Extract<LiveNote, { note: "provider_wait" }> }) {
  const until = Date.parse(note.at) + note.ms;
  const isOver = useNow(Date.now() < until) >= until;
  return (
    <StreamNote mark={isOver ? "done" : "waiting"}>
      {turnWords(note, isOver)}{" "}
      {isOver ? null : (
        <>
          It is asked <Countdown until={new Date(until).toISOString()} />.
        </>
      )}
    </StreamNote>
  );
}
