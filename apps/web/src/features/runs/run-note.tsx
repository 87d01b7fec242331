"use client";

import type { LiveNote } from "@crew/client/live-run-view";
import { answerWords, resumptionWords, waitWords } from "./run-words.ts";
import { StreamNote } from "./stream-note.tsx";

export function RunNote({ note }: { note: LiveNote }) {
  switch (note.note) {
    case "resumed":
      // An answer tells itself; a second line about the same moment would be noise.
      if (note.because === "answered") return null;
      return <StreamNote mark="again">{resumptionWords(note)}</StreamNote>;
    case "waiting":
      return <StreamNote mark="waiting">{waitWords(note).title}.</StreamNote>;
    case "answered":
      return <StreamNote mark={note.outcome === "fail" ? "failed" : "done"}>{answerWords(note)}</StreamNote>;
    case "asked":
      return null;
  }
}
