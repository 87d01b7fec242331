import type { PreviewSchedule, SchedulePreview } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { cronInWords, nextTicks, requireCron } from "./cron-times.ts";
import { clockChange, clockTime, localTimeWords } from "./local-times.ts";

const TIMES = 5;

/** Nothing is kept of it. */
export async function previewSchedule(ctx: Ctx<"now">, { cron, timezone }: PreviewSchedule): Promise<SchedulePreview> {
  requirePermission(ctx, "schedules:read");
  requireCron(cron);
  let before = ctx.now();
  const times = nextTicks(cron, timezone, before, TIMES).map((at) => {
    const note = noteOf(timezone, before, at);
    before = at;
    return { at: at.toISOString(), words: localTimeWords(timezone, at), note };
  });
  return { words: cronInWords(cron), times };
}

/** What the reader would otherwise take for a mistake. */
function noteOf(timezone: string, before: Date, at: Date): string | null {
  const change = clockChange(timezone, before, at);
  if (!change) return null;
  const way = change.minutes > 0 ? "forward" : "back";
  const told = `The clocks go ${way} ${lengthOf(Math.abs(change.minutes))} before this one`;
  if (change.at.getTime() !== at.getTime() || change.minutes < 0) return `${told}.`;
  return `${told}; a time that this day does not have runs at ${clockTime(timezone, at)}.`;
}

function lengthOf(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
