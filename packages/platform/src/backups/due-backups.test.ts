import { randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { readBackupStatus } from "@crew/core/backups/backup-status";
import { doDueBackups, removeUnkept } from "@crew/core/backups/do-due-backups";
import { readKeepRules } from "@crew/core/backups/keep-rules";
import { BACKUP_LOCK, makeBackup } from "@crew/core/backups/make-backup";
import { createCrew } from "@crew/core/crews/create-crew";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addressFromUrl } from "../database/open-pool.ts";
import { startBackups } from "./backup-loop.ts";
import { folderPlace } from "./folder-place.ts";
import { openArchives } from "./open-archives.ts";

let stack: AsyncDisposableStack;
let system: TestSystem;
let folder: string;
let archives: ReturnType<typeof openArchives>;
const keep = readKeepRules("2 last") ?? [];
const plan = { everyHours: 24, keep, keepWords: "2 last" };

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openTestSystem());
  folder = stack.use(temporaryDataDir()).path;
  await createCrew({ ...system, actor: await createActor(system) }, buildCrew());
  const { address, masterKeys } = system;
  archives = openArchives({ address, masterKeys, keys: masterKeys, place: folderPlace(folder) });
});
afterEach(() => stack.disposeAsync());

const rows = async () =>
  (await system.pool.query("SELECT id, name, state, verify_state, problem, tables, size_bytes FROM backups ORDER BY id")).rows;
const round = () => doDueBackups(system, archives, plan);

test("what is due is made once, whatever number of processes there is, then verified; after that nothing is due", {
  timeout: 120_000,
}, async () => {
  const rounds = await Promise.all([round(), round(), round()]);
  expect(rounds.filter(Boolean)).toHaveLength(1);
  expect(await rows()).toMatchObject([{ state: "complete", verify_state: "unverified" }]);
  expect((await rows())[0]?.tables).toBeGreaterThan(50);
  expect(await round()).toBe(true);
  const [row, ...more] = await rows();
  expect([row?.verify_state, more]).toEqual(["verified", []]);
  expect(await round()).toBe(false);
  expect(readdirSync(folder)).toEqual([row?.name]);
  expect(await readBackupStatus(system)).toMatchObject({
    isConfigured: true,
    place: "folder",
    everyHours: 24,
    keep: "2 last",
    isLate: false,
    restored: null,
  });
});

test("one that cannot be restored is told as such, and counts as none", { timeout: 120_000 }, async () => {
  await round();
  const [row] = await rows();
  writeFileSync(join(folder, row.name), randomBytes(10_000));
  expect(await round()).toBe(false);
  expect(await rows()).toMatchObject([
    { state: "complete", verify_state: "failed", problem: "This is not a backup of this platform, or its beginning was damaged." },
  ]);
  expect(await readBackupStatus(system)).toMatchObject({ lastGoodAt: null, isLate: true });
});

test("where no database can be made to try it in, nothing is known of it, and that is said", { timeout: 120_000 }, async () => {
  await round();
  const role = `few_rights_${randomBytes(4).toString("hex")}`;
  const administrator = new pg.Client(system.databaseUrl);
  await administrator.connect();
  await administrator.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT crew_system TO ${role}`);
  const url = new URL(system.databaseUrl);
  url.username = role;
  url.password = "x";
  const { masterKeys } = system;
  const poor = openArchives({ address: addressFromUrl(url.href), masterKeys, keys: masterKeys, place: folderPlace(folder) });
  expect(await doDueBackups(system, poor, plan)).toBe(false);
  expect(await rows()).toMatchObject([{ state: "complete", verify_state: "unverified", problem: expect.stringContaining("ALTER ROLE") }]);
  expect((await readBackupStatus(system)).lastGoodAt).not.toBeNull();
  await administrator.query(`DROP ROLE ${role}`);
  await administrator.end();
});

test("what somebody has asked for is made at once, and what a dead process has left is told as failed", { timeout: 120_000 }, async () => {
  await makeBackup(system, archives);
  const plant =
    "INSERT INTO backups (id, kind, state, started_at, taken_at, place, name) VALUES ($1, 'logical', 'running', now(), $2, 'folder', $3)";
  await system.pool.query(plant, [uuidFromTypeId(system.newId("backup")), new Date(), "left"]);
  const asked = system.newId("backup");
  await system.pool.query(plant, [uuidFromTypeId(asked), null, archives.nameOf(new Date(), asked)]);
  expect(await round()).toBe(true);
  const found = await rows();
  expect(found.map(({ state }) => state)).toEqual(["complete", "failed", "complete"]);
  expect(found[1]?.problem).toContain("was ended before it was whole");
  expect(readdirSync(folder).toSorted()).toEqual([found[0]?.name, found[2]?.name].toSorted());
});

test("old ones go by the rules, with their files; the newest that was proven stays", { timeout: 120_000 }, async () => {
  for (let index = 0; index < 4; index++) {
    const { id } = await makeBackup(system, archives);
    await system.pool.query("UPDATE backups SET started_at = now() - make_interval(days => $2), verify_state = $3 WHERE id = $1", [
      uuidFromTypeId(id),
      9 - index,
      index === 1 ? "verified" : "unverified",
    ]);
  }
  const before = await rows();
  expect(await removeUnkept(system, archives, keep)).toBe(1);
  const left = before.slice(1).map(({ name }) => name);
  expect((await rows()).map(({ name }) => name)).toEqual(left);
  expect(readdirSync(folder).toSorted()).toEqual(left.toSorted());
});

test("one that was put somewhere by hand stands for none that is due, and is neither verified by itself nor removed", {
  timeout: 120_000,
}, async () => {
  await makeBackup(system, { ...archives, nameOf: () => "/mnt/stick/crew-1.crewbackup", create: (_, id) => archives.create("crew-1", id) });
  expect(await round()).toBe(true);
  expect(await round()).toBe(true);
  expect((await rows()).map(({ name, verify_state }) => [name.slice(0, 5), verify_state])).toEqual([
    ["/mnt/", "unverified"],
    ["crew-", "verified"],
  ]);
  expect(await removeUnkept(system, archives, [])).toBe(0);
  expect(readdirSync(folder)).toContain("crew-1");
});

test("a failure is a row with its reason, and is tried again later, not at once", { timeout: 120_000 }, async () => {
  writeFileSync(join(folder, "file"), "");
  const nowhere = openArchives({
    address: system.address,
    masterKeys: system.masterKeys,
    keys: system.masterKeys,
    place: folderPlace(join(folder, "file", "below")),
  });
  expect(await doDueBackups(system, nowhere, plan)).toBe(false);
  expect(await rows()).toMatchObject([{ state: "failed", problem: expect.stringContaining("ENOTDIR") }]);
  expect(await round()).toBe(false);
  await system.pool.query(
    "UPDATE backups SET ended_at = ended_at - interval '16 minutes', started_at = started_at - interval '16 minutes'",
  );
  expect(await round()).toBe(true);
});

test("while somebody else makes one, nobody begins another; the loop makes one by itself and stops when told", {
  timeout: 120_000,
}, async () => {
  const held = await system.locks.hold(...BACKUP_LOCK);
  expect(await round()).toBe(false);
  await held?.[Symbol.asyncDispose]();
  const settings = { key: randomBytes(32), place: { kind: "folder" as const, folder }, ...plan };
  {
    await using _loop = startBackups(system, { backups: settings, egressAllow: [] }, 50);
    await vi.waitFor(async () => expect(await rows()).toMatchObject([{ state: "complete", verify_state: "verified" }]), 30_000);
  }
  await using _none = startBackups(system, { backups: { ...settings, place: null }, egressAllow: [] });
  expect(await rows()).toHaveLength(1);
});
