import type { MissedPolicy, OverlapPolicy, TickOutcome } from "@crew/contracts/schedules";

/** When a schedule runs, as people say it. */

const DAY_MS = 86_400_000;

/** `Berlin` of `Europe/Berlin`. */
export function zoneWords(timezone: string): string {
  return (timezone.split("/").at(-1) ?? timezone).replaceAll("_", " ");
}

/** `tomorrow 09:00 Berlin, in 14 h`: the day as it is there. */
export function nextWords(at: string, timezone: string, now: number): string {
  const moment = new Date(at);
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
  return `${dayWords(moment, timezone, now)} ${time.format(moment)} ${zoneWords(timezone)}, ${waitWords(moment.getTime() - now)}`;
}

function dayWords(moment: Date, timezone: string, now: number): string {
  const dayOf = (at: number | Date) => new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(at);
  const days = Math.round((Date.parse(dayOf(moment)) - Date.parse(dayOf(now))) / DAY_MS);
  if (days === 0) return "today";
  if (days === 1) return "tomorrow";
  const parts: Intl.DateTimeFormatOptions = { timeZone: timezone, weekday: "short", day: "numeric", month: "short" };
  const text = new Intl.DateTimeFormat("en-GB", days < 300 ? parts : { ...parts, year: "numeric" }).format(moment);
  return text.replace(",", "");
}

function waitWords(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 1) return "now";
  if (minutes < 90) return `in ${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `in ${hours} h` : `in ${Math.round(hours / 24)} days`;
}

export const MISSED_WORDS: Record<MissedPolicy, { label: string; hint: string }> = {
  last: {
    label: "Run once, late",
    hint: "When the platform was down at several times, the newest of them is made up for as soon as it is back. The others are noted as missed.",
  },
  skip: { label: "Leave them out", hint: "Times at which the platform was down are noted as missed, and nothing is made up for." },
  all: {
    label: "Run them all, late",
    hint: "Each time at which the platform was down is made up for when it is back, the newest 24 at most. They all start at once.",
  },
};

export const OVERLAP_WORDS: Record<OverlapPolicy, { label: string; hint: string }> = {
  allow: { label: "Start beside it", hint: "A run that takes long does not hold back the next." },
  skip: { label: "Leave this time out", hint: "While a run of this schedule goes on, its next times are skipped and noted." },
};

export const GRACE_WORDS: [seconds: number, words: string][] = [
  [60, "one minute"],
  [300, "5 minutes"],
  [3_600, "an hour"],
  [21_600, "6 hours"],
  [86_400, "a day"],
];

export const OUTCOME_WORDS: Record<TickOutcome, string> = {
  started: "Started",
  skipped: "Skipped",
  missed: "Missed",
  failed: "Not started",
};

/** Crons that most people want; the rest is written by hand. */
export const PRESETS: { label: string; cron: string }[] = [
  { label: "Every hour", cron: "0 * * * *" },
  { label: "Every day", cron: "0 9 * * *" },
  { label: "Workdays", cron: "0 9 * * 1-5" },
  { label: "Every week", cron: "0 9 * * 1" },
  { label: "Every month", cron: "0 9 1 * *" },
];
