import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterEach, beforeEach, expect, test } from "vitest";
import { actingFor } from "../access/acting-for.ts";
import type { Actor } from "../access/actor.ts";
import { makeOperator } from "../accounts/make-operator.ts";
import type { Archives } from "./archives-port.ts";
import { createBackup } from "./create-backup.ts";
import { doDueBackups } from "./do-due-backups.ts";
import { getBackupStatus } from "./get-backup-status.ts";
import { listBackups } from "./list-backups.ts";
import { releaseHeldDeliveries } from "./release-held-deliveries.ts";
import { verifyBackup } from "./verify-backup.ts";

let system: TestSystem;
let actor: Actor;
beforeEach(async () => {
  system = await openTestSystem();
  actor = { ...(await createActor(system)), sessionId: "a-session-of-theirs" };
  await makeOperator(system, `${actor.userId}@example.test`, true);
});
afterEach(() => system[Symbol.asyncDispose]());

const ctx = (who = actor) => actingFor(system, who);
const acts = async () =>
  (await readAudit(system, actor.workspaceId)).map(({ action }) => action).filter((action) => !action.startsWith("account."));
const list = async () => (await listBackups(ctx(), { limit: 25 })).data;

/** A place that keeps names: what is asked for here is the way there, not what an archive holds. */
const kept = new Set<string>();
const archives: Archives = {
  place: "folder",
  nameOf: (_, id) => `crew-${id}.crewbackup`,
  async create(name) {
    kept.add(name);
    return { snapshotAt: new Date().toISOString(), sizeBytes: 12, tables: 1, rows: 2, keyId: "k", schemaVersion: "0001" };
  },
  async verify(name) {
    if (!kept.has(name)) throw new Error(`there is no ${name}`);
    return { tables: 1, rows: 2, seconds: 0 };
  },
  async remove(name) {
    kept.delete(name);
  },
};
const round = () => doDueBackups(system, archives, { everyHours: 24, keep: [{ count: 7, unit: "last" }], keepWords: "7 last" });

test("an operator asks for a backup, sees it made, has it verified, and the log tells", async () => {
  await expect(createBackup(ctx())).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("CREW_BACKUP_DIR") });
  expect(await getBackupStatus(ctx())).toMatchObject({ isConfigured: false, isLate: false, restored: null });
  // The first round is due by itself.
  await round();
  const asked = await createBackup(ctx());
  expect(asked).toMatchObject({ state: "running", place: "folder" });
  await expect(createBackup(ctx())).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("asked for already") });
  await expect(verifyBackup(ctx(), asked.id)).rejects.toMatchObject({ code: "conflict" });
  await round();
  const [made] = await list();
  expect(made).toMatchObject({ id: asked.id, state: "complete", verifyState: "unverified", name: archives.nameOf(new Date(), asked.id) });
  await verifyBackup(ctx(), asked.id);
  await round();
  expect((await list())[0]).toMatchObject({ id: asked.id, verifyState: "verified", verifiedAt: expect.any(String) });
  expect(await getBackupStatus(ctx())).toMatchObject({ isConfigured: true, everyHours: 24, keep: "7 last", isLate: false });
  await expect(verifyBackup(ctx(), system.newId("backup"))).rejects.toMatchObject({ code: "not_found" });
  expect(await acts()).toEqual(["backup.requested", "backup.verification_requested"]);
});

test("lists page by page, the newest first", async () => {
  await round();
  for (let count = 0; count < 2; count++) {
    await createBackup(ctx());
    await round();
  }
  const first = await listBackups(ctx(), { limit: 2 });
  const second = await listBackups(ctx(), { limit: 2, cursor: first.nextCursor ?? undefined });
  const ids = [...first.data, ...second.data].map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect(second.nextCursor).toBeNull();
});

test("what a restored installation holds is let go once", async () => {
  await expect(releaseHeldDeliveries(ctx(), { dropDeliveries: false })).rejects.toMatchObject({ code: "conflict" });
  const { pool } = system;
  await pool.query(
    "INSERT INTO restores (restored_at, backup_id, snapshot_at) VALUES (now(), gen_random_uuid(), now() - interval '1 hour')",
  );
  expect((await getBackupStatus(ctx())).restored).toMatchObject({ releasedAt: null, heldDeliveries: 0 });
  expect(await releaseHeldDeliveries(ctx(), { dropDeliveries: false })).toEqual({ sent: 0, dropped: 0 });
  expect((await getBackupStatus(ctx())).restored?.releasedAt).toEqual(expect.any(String));
  await expect(releaseHeldDeliveries(ctx(), { dropDeliveries: false })).rejects.toMatchObject({ code: "conflict" });
  expect(await acts()).toEqual(["installation.released"]);
});

test("nobody else sees or does any of it, whatever they own", async () => {
  await round();
  const owner: Actor = { ...(await createActor(system)), sessionId: "another-session" };
  const [backup] = await list();
  const tries = [
    () => listBackups(ctx(owner), { limit: 25 }),
    () => getBackupStatus(ctx(owner)),
    () => createBackup(ctx(owner)),
    () => verifyBackup(ctx(owner), backup?.id ?? ""),
    () => releaseHeldDeliveries(ctx(owner), { dropDeliveries: true }),
    () => createBackup(ctx({ ...actor, kind: "api_key", apiKeyId: "key_1", sessionId: null })),
  ];
  for (const one of tries) await expect(one()).rejects.toMatchObject({ code: "forbidden" });
  const { rows } = await system.pool.query("SELECT verify_asked_at FROM backups WHERE id = $1", [uuidFromTypeId(backup?.id ?? "")]);
  expect(rows).toEqual([{ verify_asked_at: null }]);
});
