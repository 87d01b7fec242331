import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { createCrew } from "@crew/core/crews/create-crew";
import { createSecret } from "@crew/core/secrets/create-secret";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { silentLog } from "@crew/testing/silent-log";
import { installedPostgres, startInstalledPostgres } from "@crew/testing/start-installed-postgres";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../config/read-config.ts";
import { addressFromUrl, type DatabaseAddress } from "../database/open-pool.ts";
import { inDatabase } from "../database/scratch-database.ts";
import { keyRing } from "../secrets/key-ring.ts";
import { rotateMasterKey } from "../secrets/rotate-master-key.ts";
import { keyIdOf } from "../secrets/sealing-key.ts";
import { compareDatabase } from "./compare-database.ts";
import { createArchive } from "./create-archive.ts";
import { fillDatabase } from "./fill-database.ts";
import { folderPlace, openArchiveFile } from "./folder-place.ts";
import { openSealedSecrets } from "./open-sealed-secrets.ts";
import { restoreArchive } from "./restore-archive.ts";
import { openRestoreTarget } from "./restore-target.ts";

let stack: AsyncDisposableStack;
let system: TestSystem;
let folder: string;
const key = randomBytes(32);

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openTestSystem());
  folder = stack.use(temporaryDataDir()).path;
  const ctx = { ...system, actor: await createActor(system) };
  await createSecret(ctx, { name: "CANARY", value: "opens elsewhere", description: "", hosts: [] });
  for (let index = 0; index < 5; index++) await createCrew(ctx, buildCrew({ name: `Crew ${index} — ünïcode \\ \t` }));
});
afterAll(() => stack.disposeAsync());

const save = (name: string, address: DatabaseAddress = system.address) =>
  createArchive({ address, place: folderPlace(folder), name, backupId: system.newId("backup"), key });
const source = (name: string) => openArchiveFile(join(folder, name));
async function idsIn(address: DatabaseAddress): Promise<string[]> {
  const client = new pg.Client(address);
  await client.connect();
  const { rows } = await client.query(
    "SELECT id FROM crews UNION SELECT id FROM secrets UNION SELECT id FROM workspaces UNION SELECT id FROM users ORDER BY 1",
  );
  await client.end();
  return rows.map(({ id }) => id);
}

const other = installedPostgres();
if (!other) console.info("skipped: this machine's packages have no PostgreSQL from 15 to 17, so an older server was not tried");

test.skipIf(!other)("the embedded database moves to an older server and back, with every id and row", { timeout: 120_000 }, async () => {
  await using server = await startInstalledPostgres(other as { version: string; bin: string });
  const admin = new pg.Client(server.url);
  admin.on("error", () => {});
  await admin.connect();
  // As a tenant of somebody else's server has it: no superuser, only the owner of a database.
  for (const statement of [
    "CREATE ROLE tenant LOGIN",
    "CREATE DATABASE moved OWNER tenant",
    "CREATE ROLE crew_system NOLOGIN",
    "CREATE ROLE crew_app NOLOGIN",
    "GRANT crew_system, crew_app TO tenant",
  ])
    await admin.query(statement);
  await admin.end();
  const there = inDatabase(addressFromUrl(server.url.replace("postgres@", "tenant@")), "moved");
  const out = await save("out");
  const { manifest } = await restoreArchive({
    address: there,
    source: await source("out"),
    keys: [key],
    masterKeys: system.masterKeys,
    log: silentLog,
  });
  expect(manifest.postgresVersion).toMatch(/^18\./);
  // What guards a restored system has written since.
  const guarded = /audit_|backups|read_marks|restores/;
  expect(await compareDatabase(there, { tables: out.manifest.tables.filter(({ table }) => !guarded.test(table)) })).toEqual([]);
  expect(await idsIn(there)).toEqual(await idsIn(system.address));
  const back = await save("back", there);
  expect(back.manifest.postgresVersion.split(".")[0]).toBe(server.version);
  await using home = await openTestDatabase("empty");
  const again = addressFromUrl(home.databaseUrl);
  await restoreArchive({ address: again, source: await source("back"), keys: [key], masterKeys: system.masterKeys, log: silentLog });
  expect(await idsIn(again)).toEqual(await idsIn(system.address));
  expect(await openSealedSecrets(again, system.masterKeys)).toMatchObject({ secrets: 1 });
});

test("an archive becomes a data folder, which then holds what opens its secrets", { timeout: 60_000 }, async () => {
  await save("folder");
  using dataDir = temporaryDataDir();
  const config = { ...readConfig({ CREW_DATA_DIR: dataDir.path }), secrets: system.config.secrets };
  await expect(openRestoreTarget({ ...config, secrets: null }, "embedded", silentLog)).rejects.toThrow(
    "There is no master key: put the secrets.json",
  );
  {
    await using target = await openRestoreTarget(config, "embedded", silentLog);
    await restoreArchive({ ...target, source: await source("folder"), keys: [key], log: silentLog });
    expect(await idsIn(target.address)).toEqual(await idsIn(system.address));
  }
  await using later = await openRestoreTarget({ ...config, secrets: null }, "embedded", silentLog);
  expect(await openSealedSecrets(later.address, later.masterKeys)).toMatchObject({ secrets: 1 });
  await expect(restoreArchive({ ...later, source: await source("folder"), keys: [key], log: silentLog })).rejects.toThrow(
    "The database is not empty",
  );
});

test("what was saved before the master key was changed is restored with the old one, and not without it", {
  timeout: 120_000,
}, async () => {
  await using scene = await openTestSystem();
  const ctx = { ...scene, actor: await createActor(scene) };
  await createSecret(ctx, { name: "CANARY", value: "older than the key", description: "", hosts: [] });
  await save("before", scene.address);
  const old = scene.masterKeys[0];
  const fresh = randomBytes(32);
  await rotateMasterKey(scene.pool, keyRing(fresh, [old]));
  await using empty = await openTestDatabase("empty");
  const into = { address: addressFromUrl(empty.databaseUrl), keys: [key], log: silentLog };
  await expect(restoreArchive({ ...into, source: await source("before"), masterKeys: [fresh] })).rejects.toThrow(
    `Wrong master key: the secrets of this archive were wrapped with ${keyIdOf(old)}, and those at hand are ${keyIdOf(fresh)}.`,
  );
  await restoreArchive({ ...into, source: await source("before"), masterKeys: [fresh, old] });
  expect(await openSealedSecrets(into.address, [fresh, old])).toMatchObject({ secrets: 1 });
});

test("what is saved while others write is one moment: no row without what it belongs to", { timeout: 60_000 }, async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const ended = new AbortController();
  let written = 0;
  const writers = Array.from({ length: 4 }, async () => {
    while (!ended.signal.aborted) {
      await createCrew(ctx, buildCrew({ name: `Under load ${written++}` }));
    }
  });
  const { manifest } = await save("load");
  ended.abort();
  await Promise.all(writers);
  expect(written).toBeGreaterThan(1);
  await using empty = await openTestDatabase("empty");
  const address = addressFromUrl(empty.databaseUrl);
  // Foreign keys are checked as they come back.
  await fillDatabase({ address, source: await source("load"), keys: [key] });
  expect(await compareDatabase(address, manifest)).toEqual([]);
  const { rows } = await system.pool.query("SELECT count(*)::int AS crews FROM crews WHERE workspace_id = $1", [
    uuidFromTypeId(ctx.actor.workspaceId),
  ]);
  const saved = manifest.tables.find(({ table }) => table === "crews")?.rows ?? 0;
  expect(saved).toBeLessThanOrEqual(rows[0].crews + 5);
});
