import { MAX_USAGE_DAYS } from "@crew/contracts/usage";
import { AppError } from "../app-error.ts";

const DAY_MS = 86_400_000;

/** The time that is asked for; by itself it is this month so far. */
export function askedSpan(query: { from?: string; to?: string }, now: Date): { from: string; to: string } {
  const to = query.to ?? now.toISOString();
  const end = new Date(to);
  const from = query.from ?? new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth())).toISOString();
  const days = (end.getTime() - Date.parse(from)) / DAY_MS;
  if (days >= 0 && days <= MAX_USAGE_DAYS) return { from, to };
  const message = `The time must begin before it ends and be at most ${MAX_USAGE_DAYS} days long.`;
  throw new AppError("invalid", message, { issues: [{ path: "to", message }] });
}
