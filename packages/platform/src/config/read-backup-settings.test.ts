import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "./read-config.ts";

const read = (source: Record<string, string>) => readConfig(source).backups;
const S3 = { CREW_BACKUP_S3_URL: "https://s3.example.org/bucket/crew/", CREW_BACKUP_S3_KEY_ID: "id", CREW_BACKUP_S3_SECRET: "secret" };

test("without a place none are made; with one, one a day", () => {
  expect(read({})).toMatchObject({ place: null, key: null, everyHours: 24, keepWords: "7 daily, 4 weekly, 6 monthly" });
  expect(read({ CREW_BACKUP_DIR: "copies" })?.place).toEqual({ kind: "folder", folder: resolve("copies") });
  expect(read(S3)?.place).toEqual({
    kind: "s3",
    url: "https://s3.example.org/bucket/crew",
    region: "us-east-1",
    keyId: "id",
    secret: "secret",
  });
  const key = randomBytes(32);
  expect(read({ CREW_BACKUP_KEY: key.toString("hex"), CREW_BACKUP_KEEP: "30 last" })).toMatchObject({
    key,
    keep: [{ count: 30, unit: "last" }],
  });
});

test("what cannot be is refused with the remedy", () => {
  const { CREW_BACKUP_S3_SECRET: _, ...without } = S3;
  for (const [source, sentence] of [
    [{ ...S3, CREW_BACKUP_DIR: "copies" }, "backups have one place"],
    [without, "CREW_BACKUP_S3_SECRET are needed too"],
    [{ ...S3, CREW_BACKUP_S3_URL: "https://s3.example.org" }, "must name a bucket"],
    [{ CREW_BACKUP_KEEP: "a week" }, "write rules like 7 daily"],
    [{ CREW_BACKUP_EVERY_HOURS: "0" }, "must be at least 0.1"],
    [{ CREW_BACKUP_KEY: "short" }, "CREW_BACKUP_KEY must be 32 random bytes"],
  ] as [Record<string, string>, string][])
    expect(() => read(source), sentence).toThrow(sentence);
});
