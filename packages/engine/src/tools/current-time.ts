import { type EngineTool, ToolInputError } from "../tool.ts";

export const currentTime: EngineTool = {
  name: "current_time",
  class: "read",
  description: "Tells the current date, weekday and time, in UTC and, if asked for, in a time zone such as Europe/Berlin.",
  parameters: {
    type: "object",
    properties: { time_zone: { type: "string", maxLength: 64, description: "IANA time zone name; UTC when left out" } },
    additionalProperties: false,
  },
  async run(args, context) {
    const now = context.now();
    const zone = typeof args.time_zone === "string" && args.time_zone.trim() !== "" ? args.time_zone.trim() : "UTC";
    return `${isoIn(zone, now)} (${weekdayIn(zone, now)}, ${zone})${zone === "UTC" ? "" : `\n${now.toISOString()} (UTC)`}`;
  },
};

function weekdayIn(timeZone: string, now: Date): string {
  return format(timeZone, { weekday: "long" }, now)
    .map((part) => part.value)
    .join("");
}

/** `2026-11-22T11:00:00+01:00` */
function isoIn(timeZone: string, now: Date): string {
  const parts = format(
    timeZone,
    {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    },
    now,
  );
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const offset = of("timeZoneName").replace("GMT", "");
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}${timeZone === "UTC" ? "Z" : offset || "+00:00"}`;
}

function format(timeZone: string, options: Intl.DateTimeFormatOptions, now: Date): Intl.DateTimeFormatPart[] {
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone }).formatToParts(now);
  } catch {
    throw new ToolInputError(`"${timeZone}" is not a known time zone; use an IANA name such as Europe/Berlin or UTC.`);
  }
}
