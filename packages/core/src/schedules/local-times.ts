/** What clocks in a time zone show. */

const MINUTE_MS = 60_000;

/** Minutes that the zone is ahead of UTC at that moment. */
export function offsetMinutes(timezone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  }).formatToParts(at);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = ["year", "month", "day", "hour", "minute"].map((name) =>
    Number(parts.find(({ type }) => type === name)?.value),
  );
  return (Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
}

/** `Sunday, 28 March 2027, 03:00` */
export function localTimeWords(timezone: string, at: Date): string {
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return `${day.format(at).replace(/^(\w+) /, "$1, ")}, ${clockTime(timezone, at)}`;
}

/** `03:00` */
export function clockTime(timezone: string, at: Date): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" }).format(at);
}

/** The change of the clock in (from, to], if there is exactly one: the first moment of the new time, and by how many minutes. */
export function clockChange(timezone: string, from: Date, to: Date): { at: Date; minutes: number } | null {
  const before = offsetMinutes(timezone, from);
  const minutes = offsetMinutes(timezone, to) - before;
  if (minutes === 0) return null;
  let [low, high] = [Math.floor(from.getTime() / MINUTE_MS), Math.ceil(to.getTime() / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMinutes(timezone, new Date(middle * MINUTE_MS)) === before) low = middle;
    else high = middle;
  }
  return { at: new Date(high * MINUTE_MS), minutes };
}
