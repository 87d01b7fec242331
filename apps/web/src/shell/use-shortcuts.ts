"use client";

import { useEffect, useRef } from "react";
import { useNavigate } from "../ui/use-navigate.ts";
import { PLACES } from "./navigation.ts";

/** How long `g` waits for the letter after it. */
const CHORD_MS = 1_200;

/** Keys that work on every page. Single letters stay out of the way while somebody types or a dialog is open. */
export function useShortcuts(given: { onPalette: () => void; onHelp: () => void; onModifier: () => void }) {
  const { push } = useNavigate();
  const actions = useRef({ ...given, push });
  actions.current = { ...given, push };

  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      // A palette is about to be asked for: what is typed right after it must find it there.
      if (event.key === "Meta" || event.key === "Control") actions.current.onModifier();
      if ((event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (!document.querySelector("dialog[open]")) actions.current.onPalette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (event.timeStamp < chordUntil) {
        chordUntil = 0;
        const place = PLACES.find((candidate) => candidate.key === event.key);
        if (place) {
          event.preventDefault();
          actions.current.push(place.href);
        }
        return;
      }
      if (event.key === "g") chordUntil = event.timeStamp + CHORD_MS;
      else if (event.key === "?") actions.current.onHelp();
      else if (event.key === "j") moveRow(1);
      else if (event.key === "k") moveRow(-1);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Moves the focus along the rows of the page's lists: links marked with `data-row`. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[next]?.focus();
}
