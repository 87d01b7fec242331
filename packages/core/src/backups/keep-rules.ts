const UNITS = ["last", "hourly", "daily", "weekly", "monthly", "yearly"] as const;
type Unit = (typeof UNITS)[number];

export interface KeepRule {
  count: number;
  unit: Unit;
}

export const DEFAULT_KEEP = "7 daily, 4 weekly, 6 monthly";

/** `7 daily, 4 weekly` and the like; `undefined`: it cannot be read. */
export function readKeepRules(text: string): KeepRule[] | undefined {
  const rules = text.split(",").map((part) => /^(\d{1,4}) (\w+)$/.exec(part.trim().replace(/\s+/g, " ")));
  const read = rules.flatMap((found) => {
    const unit = UNITS.find((one) => one === found?.[2]);
    return unit && Number(found?.[1]) > 0 ? [{ count: Number(found?.[1]), unit }] : [];
  });
  return read.length === rules.length ? read : undefined;
}

/**
 * Which of some moments are kept, newest first: of each rule the newest of so many hours, days, weeks or months that have
 * one. The newest of all is always kept.
 */
export function keptBy(rules: readonly KeepRule[], moments: readonly Date[]): Set<Date> {
  const newestFirst = moments.toSorted((a, b) => b.getTime() - a.getTime());
  const kept = new Set(newestFirst.slice(0, 1));
  for (const { count, unit } of rules) {
    const seen = new Set<string>();
    for (const moment of newestFirst) {
      const period = periodOf(moment, unit);
      if (seen.has(period)) continue;
      if (seen.size === count) break;
      seen.add(period);
      kept.add(moment);
    }
  }
  return kept;
}

/** In UTC; a week begins on Monday. */
function periodOf(moment: Date, unit: Unit): string {
  const iso = moment.toISOString();
  if (unit === "last") return iso;
  if (unit === "hourly") return iso.slice(0, 13);
  if (unit === "daily") return iso.slice(0, 10);
  if (unit === "monthly") return iso.slice(0, 7);
  if (unit === "yearly") return iso.slice(0, 4);
  const monday = new Date(moment);
  monday.setUTCDate(moment.getUTCDate() - ((moment.getUTCDay() + 6) % 7));
  return monday.toISOString().slice(0, 10);
}
