export interface UsageSpan {
  /** Moments at midnight UTC; days are those of UTC, as the budgets count them. */
  from: string;
  /** Up to and without it. */
  to: string;
}

export const SPANS = {
  today: "Today",
  week: "Last 7 days",
  month: "This month",
  last_month: "Last month",
  quarter: "Last 90 days",
} as const;
export type SpanName = keyof typeof SPANS;

const DAY_MS = 86_400_000;

export function spanOf(name: SpanName, now: Date): UsageSpan {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const today = Date.UTC(year, month, day);
  const [from, to] = {
    today: [today, today + DAY_MS],
    week: [today - 6 * DAY_MS, today + DAY_MS],
    month: [Date.UTC(year, month), today + DAY_MS],
    last_month: [Date.UTC(year, month - 1), Date.UTC(year, month)],
    quarter: [today - 89 * DAY_MS, today + DAY_MS],
  }[name] as [number, number];
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** Every day of the span as `2026-11-30`, also those without a call. */
export function daysOf({ from, to }: UsageSpan): string[] {
  const count = Math.ceil((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return Array.from({ length: Math.max(0, count) }, (_, i) => new Date(Date.parse(from) + i * DAY_MS).toISOString().slice(0, 10));
}

const dayFormat = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" });

/** `Nov 30`. */
export function dayWords(day: string): string {
  return dayFormat.format(new Date(`${day}T00:00:00Z`));
}
