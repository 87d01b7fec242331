import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { silentLog } from "@crew/testing/silent-log";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { localSecrets, writeLocalSecrets } from "../config/secret-keys.ts";
import { startEmbeddedPostgres } from "../database/embedded-postgres/start-embedded-postgres.ts";
import { migrate } from "../database/migrate.ts";
import { openPool } from "../database/open-pool.ts";
import { readWrappedKeys, WRAPPED_KEY_TABLES } from "../database/wrapped-keys.ts";
import { keyRing } from "./key-ring.ts";
import { rotateMasterKey } from "./rotate-master-key.ts";
import { keyIdIn, keyIdOf } from "./sealing-key.ts";

let system: TestSystem;
let workspaceId: string;
const old = randomBytes(32);
const fresh = randomBytes(32);

beforeAll(async () => {
  system = await openTestSystem();
  workspaceId = (await createActor(system)).workspaceId;
});
afterAll(() => system[Symbol.asyncDispose]());

/** Data keys of one workspace and some of the installation, all wrapped by `key`. Whatever was there before is gone. */
async function wrapMany(pool: pg.Pool, count: number, key: Buffer, workspaceUuid: string): Promise<void> {
  const ring = keyRing(key);
  const owner = typeIdFromUuid("workspace", workspaceUuid);
  await pool.query("DELETE FROM data_keys");
  await pool.query("DELETE FROM installation_data_keys");
  const ids = Array.from({ length: count }, (_, i) => `key${String(i).padStart(6, "0")}`);
  const wrap = (whose: string) => Promise.all(ids.map(() => ring.wrap(randomBytes(32), whose)));
  await pool.query(
    "INSERT INTO data_keys (workspace_id, key_id, wrapped_key, created_at) SELECT $1, id, k, now() FROM unnest($2::text[], $3::text[]) AS t(id, k)",
    [workspaceUuid, ids, await wrap(owner)],
  );
  await pool.query(
    "INSERT INTO installation_data_keys (key_id, wrapped_key, created_at) SELECT id, k, now() FROM unnest($1::text[], $2::text[]) AS t(id, k) LIMIT 20",
    [ids, await wrap("installation")],
  );
}

async function wrappedBy(pool: pg.Pool): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of WRAPPED_KEY_TABLES)
    for (const { wrapped } of await readWrappedKeys(pool, table, { after: "", limit: 100_000 }))
      counts[keyIdIn(wrapped)] = (counts[keyIdIn(wrapped)] ?? 0) + 1;
  return counts;
}

function command(env: Record<string, string>): SpawnedProcess {
  return spawnProcess("packages/platform/src/secrets/rotate-master-key-main.ts", { env });
}

const distributed = (keys: { current: Buffer; old?: Buffer[] }) => ({
  DATABASE_URL: system.databaseUrl,
  REDIS_URL: "redis://127.0.0.1:1",
  CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
  CREW_MASTER_KEY: keys.current.toString("base64"),
  CREW_MASTER_KEYS_OLD: (keys.old ?? []).map((key) => key.toString("base64")).join(","),
});

test("T-12 every column that holds a wrapped key is rotated [ASVS 13.3.4]", async () => {
  const { rows } = await system.pool.query<{ table_name: string }>(
    "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE 'wrapped%' ORDER BY 1",
  );
  expect(rows.map(({ table_name }) => table_name)).toEqual(WRAPPED_KEY_TABLES.toSorted());
});

test("T-12 a rotation that is killed in the middle is begun again and goes on; at every moment both keys open all [ASVS 13.3.4]", async () => {
  await wrapMany(system.pool, 10_000, old, uuidFromTypeId(workspaceId));
  const first = command(distributed({ current: fresh, old: [old] }));
  await first.untilOutput(/^\d+ of 10020 /m);
  await first.kill();
  const half = await wrappedBy(system.pool);
  expect(half[keyIdOf(fresh)]).toBeGreaterThanOrEqual(100);
  expect(half[keyIdOf(old)]).toBeGreaterThan(0);
  const both = keyRing(fresh, [old]);
  for (const { owner, wrapped } of await readWrappedKeys(system.pool, "data_keys", { after: "", limit: 100_000 }))
    expect(await both.unwrap(wrapped, owner)).toHaveLength(32);

  const second = command(distributed({ current: fresh, old: [old] }));
  expect(await second.exited).toBe(0);
  expect(second.output()).toContain("All 10020 data keys open");
  expect(second.output()).toContain(`Remove from CREW_MASTER_KEYS_OLD: ${keyIdOf(old)}`);
  expect(await wrappedBy(system.pool)).toEqual({ [keyIdOf(fresh)]: 10_020 });
  const alone = keyRing(fresh);
  for (const table of WRAPPED_KEY_TABLES)
    for (const { owner, wrapped } of await readWrappedKeys(system.pool, table, { after: "", limit: 100_000 }))
      expect(await alone.unwrap(wrapped, owner)).toHaveLength(32);
  expect(await rotateMasterKey(system.pool, alone)).toEqual({ total: 10_020, rewrapped: 0 });
}, 120_000);

test("T-12 refuses before the first change when a key does not open, and says which master key is missing", async () => {
  await wrapMany(system.pool, 150, old, uuidFromTypeId(workspaceId));
  const stray = await keyRing(randomBytes(32)).wrap(randomBytes(32), workspaceId);
  await system.pool.query("UPDATE data_keys SET wrapped_key = $1 WHERE key_id = 'key000149'", [stray]);
  const refused = command(distributed({ current: fresh, old: [old] }));
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain("1 of 170 data keys do not open, so nothing was changed");
  expect(refused.output()).toContain(keyIdIn(stray));
  for (const secret of [old, fresh]) expect(refused.output()).not.toContain(secret.toString("base64"));
  expect((await wrappedBy(system.pool))[keyIdOf(fresh)]).toBeUndefined();
}, 60_000);

test("T-12 embedded: makes a new key, keeps the old one in the file until all is done, and goes on where a crash left it", async () => {
  using folder = temporaryDataDir();
  const before = localSecrets(folder.path);
  const workspaceUuid = uuidFromTypeId(workspaceId);
  const inside = async <T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> => {
    await using server = await startEmbeddedPostgres({ dataDir: folder.path, log: silentLog });
    await migrate(server.connection);
    const pool = openPool(server.connection, { max: 1, log: silentLog });
    const result = await work(pool);
    await pool.end();
    return result;
  };
  await inside(async (pool) => {
    await pool.query("INSERT INTO workspaces (id, name, created_at) VALUES ($1, 'w', now())", [workspaceUuid]);
    await wrapMany(pool, 30, before.masterKey, workspaceUuid);
  });
  // As a crash leaves it after the new key was written and before anything was wrapped by it.
  writeLocalSecrets(folder.path, { ...before, masterKey: fresh, oldMasterKeys: [before.masterKey] });
  const goesOn = command({ CREW_DATA_DIR: folder.path });
  expect(await goesOn.exited, goesOn.output()).toBe(0);
  expect(localSecrets(folder.path)).toMatchObject({ authSecret: before.authSecret, masterKey: fresh, oldMasterKeys: [] });
  expect(await inside(wrappedBy)).toEqual({ [keyIdOf(fresh)]: 50 });

  const again = command({ CREW_DATA_DIR: folder.path });
  expect(await again.exited, again.output()).toBe(0);
  const after = localSecrets(folder.path);
  expect(keyIdOf(after.masterKey)).not.toBe(keyIdOf(fresh));
  expect(await inside(wrappedBy)).toEqual({ [keyIdOf(after.masterKey)]: 50 });
  const path = join(folder.path, "secrets.json");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(Object.keys(JSON.parse(readFileSync(path, "utf8")))).toEqual(["authSecret", "masterKey"]);
}, 180_000);
