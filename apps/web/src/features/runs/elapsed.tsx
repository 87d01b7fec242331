"use client";

import { formatDuration, formatElapsed } from "../../ui/format-figures.ts";
import { useNow } from "./use-now.ts";

/** Time from `from` to `to`; without an end it ticks. Its width is held so that nothing beside it moves. */
export function Elapsed({ from, to, className }: { from: string | null; to: string | null; className?: string }) {
  const isTicking = from !== null && to === null;
  const now = useNow(isTicking);
  if (from === null) return <span className={className}>–</span>;
  const start = Date.parse(from);
  return <span className={className}>{to === null ? formatElapsed(now - start) : formatDuration(Date.parse(to) - start)}</span>;
}
