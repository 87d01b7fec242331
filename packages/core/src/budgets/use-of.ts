import type { BudgetUse } from "@crew/contracts/budgets";
import { withoutEndingZeros } from "../ending-zeros.ts";

/** A counter as PostgreSQL reads it. */
export interface ReadUse {
  /** Plain UUID. */
  key: string;
  name: string | null;
  settled: number;
  reserved: number;
}

/** A pace is told once so much of the period is over. */
const TELLING_PART = 0.02;
/** Digits after the point, as in the limits. */
const DIGITS = 6;

/** What a counter says with its limit: what is left, and how it goes on at the pace of the period so far. */
export function useOf(
  use: ReadUse & { subjectId: string },
  limit: string,
  { start, end, now }: { start: string | null; end: string | null; now: string },
): BudgetUse {
  const most = Number(limit);
  const { subjectId, name, settled, reserved } = use;
  const shown = {
    subjectId,
    subjectName: name ?? "gone",
    settled: amount(settled),
    reserved: amount(reserved),
    remaining: amount(Math.max(0, most - settled - reserved)),
  };
  const at = Date.parse(now);
  const length = start && end ? Date.parse(end) - Date.parse(start) : 0;
  const elapsed = start ? at - Date.parse(start) : 0;
  if (length === 0 || elapsed < length * TELLING_PART) return { ...shown, forecast: null, reachedAt: null };
  const pace = settled / elapsed;
  const forecast = settled + pace * (length - elapsed);
  const isReached = settled < most && forecast > most;
  return {
    ...shown,
    forecast: amount(forecast),
    reachedAt: isReached ? new Date(at + (most - settled) / pace).toISOString() : null,
  };
}

function amount(value: number): string {
  return withoutEndingZeros(value.toFixed(DIGITS));
}
