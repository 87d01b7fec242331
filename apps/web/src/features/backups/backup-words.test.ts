import type { BackupStatus } from "@crew/contracts/backups";
import { expect, test } from "vitest";
import { formatBytes, intervalWords, physicalStanding, standing, verifyWords } from "./backup-words.ts";

test("sizes are short, and never a thousand of a unit", () => {
  expect([0, 840, 999, 1_000, 3_140_000, 9_960_000, 999_600, 42_000_000_000, 5e15].map(formatBytes)).toEqual([
    "0 B",
    "840 B",
    "999 B",
    "1.0 kB",
    "3.1 MB",
    "10 MB",
    "1.0 MB",
    "42 GB",
    "5000 TB",
  ]);
});

test("how often reads as one would say it", () => {
  expect([24, 1, 6, 48, 0.5, 36].map(intervalWords)).toEqual([
    "every day",
    "every hour",
    "every 6 hours",
    "every 2 days",
    "every 30 minutes",
    "every 36 hours",
  ]);
});

test("what stands at the head: not set up, none yet, late, on time", () => {
  const status = (change: Partial<BackupStatus>) =>
    standing({ isConfigured: true, isLate: false, lastGoodAt: "x", ...change } as BackupStatus);
  expect(status({ isConfigured: false, isLate: true }).words).toBe("Not set up");
  expect(status({ isLate: true, lastGoodAt: null }).words).toBe("No backup yet");
  expect(status({ isLate: true }).words).toBe("Late");
  expect(status({}).words).toBe("On time");
});

test("of the server's own files: what is late comes before what failed", () => {
  const words = (change: Partial<NonNullable<BackupStatus["physical"]>>) =>
    physicalStanding({ isLate: false, lastBaseAt: "x", lastArchivedAt: "x", problem: null, failedWal: null, ...change }).words;
  expect(words({ isLate: true, lastBaseAt: null, problem: "p" })).toBe("No base backup");
  expect(words({ isLate: true, problem: "p" })).toBe("Late");
  expect([words({ problem: "p" }), words({ failedWal: "w" })]).toEqual(["Something failed", "Something failed"]);
  expect(words({})).toBe("On time");
});

test("only of a whole backup it is said whether it can be restored", () => {
  expect(verifyWords({ state: "running", verifyState: "unverified" })).toBeNull();
  expect(verifyWords({ state: "failed", verifyState: "unverified" })).toBeNull();
  expect(verifyWords({ state: "complete", verifyState: "failed" })?.words).toBe("Cannot be restored");
});
