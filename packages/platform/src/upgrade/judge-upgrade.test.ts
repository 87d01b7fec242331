import { describe, expect, test } from "vitest";
import { judgeUpgrade } from "./judge-upgrade.ts";
import type { UpgradeFacts } from "./look-at-installation.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const expand = { name: "0031_more.sql", kind: "expand" as const, why: null };
const contract = { name: "0032_less.sql", kind: "contract" as const, why: "versions before 0.3 write runs.title" };

const facts = (change: Partial<UpgradeFacts> = {}): UpgradeFacts => ({
  code: { version: "0.2.0", migrations: 32, last: "0032_less.sql", queueSchema: 46 },
  database: { server: "18.1", migrations: 30, last: "0030_before.sql", queueSchema: 46, bytes: 1e9 },
  misfit: null,
  pending: [],
  newer: [],
  formerGoesOn: true,
  connected: [{ service: "crew-api", version: "0.1.0", from: null, connections: 3 }],
  workers: [],
  holders: [],
  disk: null,
  backup: { takenAt: "2026-11-30T02:00:00Z", kind: "logical" },
  ...change,
});
const judge = (change: Partial<UpgradeFacts> = {}) => judgeUpgrade(facts(change), NOW);

describe("the verdict on an upgrade", () => {
  test("nothing pending, or what older processes run beside: go ahead, and back without a backup", () => {
    expect(judge()).toEqual({
      exitCode: 0,
      remarks: [],
      wayBack: expect.stringMatching(/^Start the former version again: the database stays/),
    });
    expect(judge({ pending: [expand] })).toEqual({
      exitCode: 0,
      remarks: [],
      wayBack: expect.stringContaining("nothing has to be restored"),
    });
  });

  test("what older processes cannot run beside: stop them first, and the way back is the backup", () => {
    const verdict = judge({ pending: [expand, contract] });
    expect(verdict).toMatchObject({ exitCode: 2, wayBack: expect.stringContaining("restore a backup") });
    expect(verdict.remarks).toEqual([expect.stringMatching(/Stop what runs .*crew-api.*0032_less\.sql/)]);
    expect(
      judge({ pending: [contract], connected: [{ service: "crew-tool", version: "0.2.0", from: null, connections: 1 }] }).exitCode,
    ).toBe(0);
  });

  test("another schema of the job queue counts as that", () => {
    const verdict = judge({ code: { ...facts().code, queueSchema: 47 } });
    expect(verdict).toMatchObject({ exitCode: 2, wayBack: expect.stringContaining("restore a backup") });
    expect(verdict.remarks[0]).toContain("the job queue's new schema");
  });

  test("a version that refuses whatever it does not know cannot be gone back to, whatever is added", () => {
    expect(judge({ pending: [expand], formerGoesOn: false }).wayBack).toContain("restore a backup");
  });

  test.each([
    ["no backup", { backup: null }, "no verified backup"],
    ["no list of backups", { backup: undefined }, "no verified backup"],
    ["an old one", { backup: { takenAt: "2026-11-29T11:00:00Z", kind: "logical" } }, "25 hours old"],
    ["a full disk", { disk: { folder: "/data", freeBytes: 100 * 1024 * 1024 } }, "100 MB left; have 286 MB"],
    [
      "a long transaction",
      { holders: [{ pid: 12, name: "psql", seconds: 95, tables: ["runs"] }] },
      "psql (pid 12) has been in a transaction for 95 s and uses runs",
    ],
  ])("%s is remarked where something is pending, and only there", (_, change, remark) => {
    expect(judge({ pending: [expand], ...change })).toMatchObject({ exitCode: 1, remarks: [expect.stringContaining(remark)] });
    expect(judge(change).exitCode).toBe(0);
  });

  test("what does not fit is the end of it", () => {
    expect(judge({ misfit: "It has what this version cannot stand.", backup: null })).toMatchObject({
      exitCode: 2,
      remarks: ["It has what this version cannot stand."],
    });
  });
});
