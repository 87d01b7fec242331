"use client";

import { formatElapsed } from "../../ui/format-figures.ts";
import { useNow } from "./use-now.ts";

/** `in 12 s`, ticking; `now` once the time has come. */
export function Countdown({ until }: { until: string }) {
  const end = Date.parse(until);
  const [isOver, left] = leftOf(end, useNow(Date.now() < end));
  return <span className="whitespace-nowrap tabular-nums">{isOver ? "now" : `in ${formatElapsed(left)}`}</span>;
}

function leftOf(end: number, now: number): [isOver: boolean, leftMs: number] {
  // Whole seconds, rounded up: a wait of half a second is not over yet.
  const left = Math.ceil((end - now) / 1_000) * 1_000;
  return [left <= 0, left];
}
