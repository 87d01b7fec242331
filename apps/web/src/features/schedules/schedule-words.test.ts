import { expect, test } from "vitest";
import { nextWords, zoneWords } from "./schedule-words.ts";

const now = Date.parse("2026-11-30T18:00:00Z");

test.each([
  ["2026-12-01T08:00:00Z", "Europe/Berlin", "tomorrow 09:00 Berlin, in 14 h"],
  ["2026-11-30T18:20:00Z", "UTC", "today 18:20 UTC, in 20 min"],
  // Here it is the same day still.
  ["2026-11-30T18:40:00Z", "Asia/Kolkata", "tomorrow 00:10 Kolkata, in 40 min"],
  ["2026-11-30T18:10:00Z", "America/New_York", "today 13:10 New York, in 10 min"],
  ["2026-12-07T08:00:00Z", "Europe/Berlin", "Mon 7 Dec 09:00 Berlin, in 7 days"],
  ["2026-11-30T18:00:10Z", "UTC", "today 18:00 UTC, now"],
])("%s in %s is %s", (at, zone, words) => {
  expect(nextWords(at, zone, now)).toBe(words);
});

test("a zone is called by its city", () => {
  expect(zoneWords("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
});
