import { expect, test } from "vitest";
import { latestTicks, nextTick, nextTicks, requireCron } from "./cron-times.ts";

/** The library decides; what we promise about daylight saving is held here, so that an update of it cannot change it unseen. */

const times = (cron: string, zone: string, after: string, count: number) =>
  nextTicks(cron, zone, new Date(after), count).map((at) => at.toISOString().slice(0, 16));

test("a time that a spring day does not have runs at the first moment after the gap", () => {
  expect(times("30 2 * * *", "Europe/Berlin", "2027-03-27T00:00:00Z", 3)).toEqual([
    "2027-03-27T01:30",
    "2027-03-28T01:00",
    "2027-03-29T00:30",
  ]);
  expect(times("30 2 * * *", "America/New_York", "2027-03-14T00:00:00Z", 2)).toEqual(["2027-03-14T07:00", "2027-03-15T06:30"]);
  // Half an hour forward: 02:15 does not exist, 02:30 is the first moment.
  expect(times("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2)).toEqual(["2026-10-03T15:30", "2026-10-04T15:15"]);
});

test("a time that an autumn day has twice runs once, the first time", () => {
  expect(times("30 2 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z", 3)).toEqual([
    "2026-10-24T00:30",
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
  expect(times("30 2,14 * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", 3)).toEqual([
    "2026-10-25T00:30",
    "2026-10-25T13:30",
    "2026-10-26T01:30",
  ]);
  expect(times("45 1 * * *", "Australia/Lord_Howe", "2027-04-03T00:00:00Z", 2)).toEqual(["2027-04-03T14:45", "2027-04-04T15:15"]);
});

test("an interval runs through both hours of autumn, and leaves out what spring does not have", () => {
  expect(nextTicks("*/15 * * * *", "Europe/Berlin", new Date("2026-10-24T23:59:00Z"), 16)).toHaveLength(16);
  const autumn = nextTicks("*/15 * * * *", "Europe/Berlin", new Date("2026-10-24T23:59:00Z"), 16);
  for (const [index, at] of autumn.entries()) if (index > 0) expect(at.getTime() - (autumn[index - 1]?.getTime() ?? 0)).toBe(15 * 60_000);
  expect(times("*/30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z", 2)).toEqual(["2027-03-29T00:00", "2027-03-29T00:30"]);
});

test("looking back finds what looking forward found, and the next time never is a former one", () => {
  const crons = ["*/15 * * * *", "30 2 * * *", "15,45 1,2 * * *", "0 * * * *", "@daily", "7 1-3 * * *"];
  const days: [string, string][] = [
    ["Europe/Berlin", "2026-10-24T12:00:00Z"],
    ["Europe/Berlin", "2027-03-27T12:00:00Z"],
    ["America/New_York", "2026-11-01T00:00:00Z"],
    ["Australia/Lord_Howe", "2027-04-03T04:00:00Z"],
    ["Asia/Kolkata", "2027-04-03T04:00:00Z"],
  ];
  for (const [zone, from] of days)
    for (const cron of crons) {
      const start = new Date(from);
      const end = new Date(start.getTime() + 30 * 3_600_000);
      const forward: Date[] = [];
      for (let at = nextTick(cron, zone, start); at && at <= end; at = nextTick(cron, zone, at)) forward.push(at);
      expect(forward.map(Number)).toEqual([...new Set(forward.map(Number))].toSorted((a, b) => a - b));
      const back = latestTicks(cron, zone, end, forward.length);
      expect(back, `${cron} ${zone}`).toEqual(forward);
      const last = forward.at(-1);
      if (last) expect(latestTicks(cron, zone, last, 1), "up to and with its moment").toEqual([last]);
    }
});

test.each([
  ["60 * * * *", "minute: 60"],
  ["0 24 * * *", "hour: 24"],
  ["0 0 32 * *", "day of month: 32"],
  ["0 0 * 13 *", "month: 13"],
  ["0 0 * * 8", "day of week: 8"],
  ["*/0 * * * *", "minute: */0"],
  ["* * * *", "4 fields"],
  ["* * * * * *", "6 fields"],
  ["2027-01-23T00:00:00", "one field"],
  ["@reboot", "one field"],
  ["0 0 30 2 *", "never comes"],
])("%s is refused with the field that is wrong", (cron, told) => {
  expect(() => requireCron(cron)).toThrow(told);
});

test.each(["0 9 * * 1-5", "*/15 * * * *", "@hourly", "@daily", "0 0 1 JAN *", "0 12 L * *", "5 4 * * SUN"])("%s is taken", (cron) => {
  expect(() => requireCron(cron)).not.toThrow();
});
