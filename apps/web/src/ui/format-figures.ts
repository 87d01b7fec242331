/** Figures as the console writes them: short, steady in width, the same on every page. */

/** `840 ms`, `3.1 s`, `42 s`, `2 m 05 s`, `1 h 04 m`, `2 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} m ${pad(Math.round(seconds) % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(Math.floor(minutes) % 60)} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Whole seconds only, for a clock that ticks: tenths would flicker. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}

/** Decimal string in US dollars; `null` is a price that nobody knows, which is not zero. */
export function formatUsd(usd: string | null): string {
  if (usd === null) return "unknown";
  const value = Number(usd);
  if (value === 0) return "$0.00";
  if (value < 0.0001) return "< $0.0001";
  return `$${value.toFixed(value < 0.01 ? 4 : value < 1 ? 3 : 2)}`;
}

const counts = new Intl.NumberFormat("en-US");
const shortCounts = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** `1,204`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `1.2K`: for places where the size matters and not the figure. */
export function formatShortCount(count: number): string {
  return count < 1_000 ? String(count) : shortCounts.format(count);
}

/** `3 tasks`, `1 task`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `14:05:09` on the day itself, `Nov 21, 14:05` in the same year, else `Nov 21, 2025`. In the reader's time zone. */
export function formatMoment(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString("en-GB");
  const day: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
  if (at.getFullYear() !== now.getFullYear()) return at.toLocaleDateString("en-US", { ...day, year: "numeric" });
  return `${at.toLocaleDateString("en-US", day)}, ${at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
