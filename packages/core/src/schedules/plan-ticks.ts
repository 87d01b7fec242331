import { MAX_CAUGHT_UP, type MissedPolicy } from "@crew/contracts/schedules";

export interface PlannedTick {
  at: Date;
  starts: boolean;
  why: string | null;
}

/** Of a long absence, so many ticks have a row each; those before them share one. */
export const MOST_TOLD = 48;

const NOBODY = "No worker was there at this time.";

/**
 * What is to become of the ticks that are due. `ticks`: oldest first, the newest of them no later than `now`; those that
 * came before the first of them, since `dueSince`, are not listed. Only the newest can be on time.
 */
export function planTicks(
  { ticks, dueSince, now }: { ticks: readonly Date[]; dueSince: Date; now: Date },
  { missedPolicy, graceSeconds }: { missedPolicy: MissedPolicy; graceSeconds: number },
): PlannedTick[] {
  const lateSeconds = (at: Date) => (now.getTime() - at.getTime()) / 1_000;
  const newest = ticks.at(-1);
  const isOnTime = newest !== undefined && lateSeconds(newest) <= graceSeconds;
  const starting = missedPolicy === "all" ? MAX_CAUGHT_UP : missedPolicy === "last" || isOnTime ? 1 : 0;
  const planned = ticks.map((at, index) => {
    if (index < ticks.length - starting) return { at, starts: false, why: NOBODY };
    const isLate = lateSeconds(at) > graceSeconds;
    return { at, starts: true, why: isLate ? `It started ${durationWords(lateSeconds(at))} late: no worker was there at its time.` : null };
  });
  const [first] = ticks;
  if (!first || dueSince >= first) return planned;
  const unlisted = { at: dueSince, starts: false, why: `${NOBODY} The same is true of all others until ${first.toISOString()}.` };
  return [unlisted, ...planned];
}

function durationWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
