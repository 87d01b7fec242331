import { Cron } from "croner";
import cronstrue from "cronstrue";
import { AppError } from "../app-error.ts";

/**
 * Daylight saving, as Vixie cron has it. A cron without `*` and steps in minute and hour means fixed times: one that does
 * not exist runs at the first moment after the gap, one that comes twice runs the first time. Any other cron means an
 * interval: what falls into the gap is left out, and the hour that comes twice is run through twice.
 */
const OPTIONS = { mode: "5-part", fixedTimeRule: "no-wildcard", paused: true } as const;

const FIELDS = ["minute", "hour", "day of month", "month", "day of week"];
const NICKNAMES = ["@hourly", "@daily", "@weekly", "@monthly", "@yearly"];

/** The first tick after a moment; null: never again. */
export function nextTick(cron: string, timezone: string, after: Date): Date | null {
  return new Cron(cron, { ...OPTIONS, timezone }).nextRun(after);
}

export function nextTicks(cron: string, timezone: string, after: Date, count: number): Date[] {
  return new Cron(cron, { ...OPTIONS, timezone }).nextRuns(count, after);
}

/** The newest `limit` ticks up to and with `until`, oldest first. */
export function latestTicks(cron: string, timezone: string, until: Date, limit: number): Date[] {
  const justAfter = new Date(until.getTime() + 1_000);
  const found = new Cron(cron, { ...OPTIONS, timezone }).previousRuns(limit + 1, justAfter);
  return found
    .filter((at) => at <= until)
    .slice(0, limit)
    .toReversed();
}

/** Throws `invalid`, with the field that is wrong. */
export function requireCron(cron: string): void {
  const fields = cron.split(/\s+/);
  if (fields.length === 1 && NICKNAMES.includes(cron.toLowerCase())) return;
  if (fields.length !== FIELDS.length)
    throw refusal(
      `has ${fields.length === 1 ? "one field" : `${fields.length} fields`}; a cron has five (${FIELDS.join(", ")}), or is one of ${NICKNAMES.join(", ")}`,
    );
  for (const [index, field] of fields.entries()) {
    const alone = FIELDS.map((_, place) => (place === index ? field : "*")).join(" ");
    if (!isReadable(alone)) throw refusal(`has no valid ${FIELDS[index]}: ${field}`);
  }
  if (!isReadable(cron)) throw refusal("cannot be read");
  if (nextTick(cron, "UTC", new Date()) === null) throw refusal("names a day that never comes");
}

/** In English; the cron itself where there are no words for it. */
export function cronInWords(cron: string): string {
  try {
    return cronstrue.toString(cron, { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
}

function isReadable(cron: string): boolean {
  try {
    return new Cron(cron, { ...OPTIONS, timezone: "UTC" }) !== null;
  } catch {
    return false;
  }
}

function refusal(fault: string): AppError {
  return new AppError("invalid", `The cron ${fault}.`, { issues: [{ path: "cron", message: fault }] });
}
