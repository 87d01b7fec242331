import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { createSecret } from "@crew/core/secrets/create-secret";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { spawnProcess } from "@crew/testing/spawn-process";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSystem } from "../open-system.ts";

let stack: AsyncDisposableStack;
let system: TestSystem;
let folder: string;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openTestSystem());
  folder = stack.use(temporaryDataDir()).path;
  const ctx = { ...system, actor: await createActor(system) };
  await createSecret(ctx, { name: "CANARY", value: "by the command", description: "", hosts: [] });
  const crew = await createCrew(ctx, buildCrew());
  await startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
});
afterAll(() => stack.disposeAsync());

const MASTER = () => system.masterKeys[0].toString("base64");
async function crew(words: string[], env: Record<string, string> = {}): Promise<[number | null, string]> {
  const child = spawnProcess("packages/platform/src/backups/backup-main.ts", {
    scriptArgs: words,
    env: {
      DATABASE_URL: system.databaseUrl,
      // Needed by the configuration, asked by none of these commands.
      REDIS_URL: "redis://127.0.0.1:1",
      CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
      CREW_MASTER_KEY: MASTER(),
      ...env,
    },
  });
  return [await child.exited, child.output().trim()];
}

test("on the machine: made, listed, read, proven, restored elsewhere and released, each told in figures", {
  timeout: 240_000,
}, async () => {
  const place = { CREW_BACKUP_DIR: folder };
  expect(await crew(["create"], place)).toEqual([
    0,
    expect.stringMatching(
      /^crew-\S+\.crewbackup: \d+ tables, \d+ rows, \d+\.\d MB in .+ s\.\nIt holds what was committed by .+, and opens with the key \S+\.$/,
    ),
  ]);
  const [name = ""] = readdirSync(folder);
  expect(await crew(["list"], place)).toEqual([0, expect.stringContaining(name)]);
  expect(await crew(["verify", join(folder, name)])).toEqual([0, expect.stringMatching(/^Whole: \d+ tables, \d+ rows/)]);
  expect(await crew(["verify", name, "--restore"], place)).toEqual([
    0,
    expect.stringMatching(/all the same, in .+ s\.\n\d+ data keys and 1 stored secrets open\.$/),
  ]);
  const { rows } = await system.pool.query("SELECT state, verify_state FROM backups");
  expect(rows).toEqual([{ state: "complete", verify_state: "verified" }]);
  const other = join(folder, "other");
  const [, byHand] = await crew(["create", "--to", other], place);
  expect(byHand).toContain(`${other}/crew-`);
  expect(await crew(["verify", join(other, readdirSync(other)[0] ?? "")])).toEqual([0, expect.stringMatching(/^Whole:/)]);
  await using empty = await openTestDatabase("empty");
  const into = empty.databaseUrl;
  const [code, said] = await crew(["restore", name, "--into", into], place);
  expect([code, said]).toEqual([0, expect.stringContaining("1 runs had not ended: each asks a person before it calls an unsafe tool.")]);
  expect(await crew(["release"], { DATABASE_URL: into })).toEqual([0, "Released: 0 deliveries are sent, 0 were dropped."]);
  expect(JSON.parse((await crew(["status"], { DATABASE_URL: into }))[1])).toMatchObject({ restored: { releasedAt: expect.any(String) } });
});

test("what cannot be is one sentence and the exit code 1", { timeout: 240_000 }, async () => {
  const [name = ""] = readdirSync(folder);
  const path = join(folder, name);
  expect(await crew(["create"])).toEqual([1, "Say where: --to <folder>, or set CREW_BACKUP_DIR or CREW_BACKUP_S3_URL."]);
  expect(await crew(["verify", "nowhere"])).toEqual([1, expect.stringMatching(/^There is no file .+nowhere\.$/)]);
  expect(await crew(["verify", path], { CREW_MASTER_KEY: randomBytes(32).toString("base64") })).toEqual([
    1,
    expect.stringMatching(/^Wrong key: this archive needs the key \S+, and those at hand are/),
  ]);
  expect(await crew(["restore", path, "--into", system.databaseUrl])).toEqual([
    1,
    expect.stringMatching(/^The database is not empty: it has the table \w+\./),
  ]);
  const spoilt = readFileSync(path);
  spoilt[spoilt.length - 40] = (spoilt.at(-40) ?? 0) ^ 4;
  writeFileSync(join(folder, "spoilt"), spoilt);
  expect(await crew(["verify", join(folder, "spoilt"), "--restore"])).toEqual([
    1,
    expect.stringMatching(/^Chunk \d+ of the archive was changed/),
  ]);
  expect(await crew(["verify", path, "--all"])).toEqual([1, expect.stringMatching(/^Say what:/)]);
});

test("a database that came back by its files is made as careful as one that was restored", { timeout: 120_000 }, async () => {
  await using copy = await openTestSystem();
  const ctx = { ...copy, actor: await createActor(copy) };
  const { id } = await createCrew(ctx, buildCrew());
  await startRun(ctx, id, { inputs: { topic: "tides" }, documents: [] });
  const env = { DATABASE_URL: copy.databaseUrl, CREW_MASTER_KEY: copy.masterKeys[0].toString("base64") };
  expect(await crew(["recovered", "soon"], env)).toEqual([1, expect.stringMatching(/^Say to which moment/)]);
  {
    await using _api = await openSystem(copy.config, "api");
    expect(await crew(["recovered", "2026-11-01T10:00:00Z"], env)).toEqual([
      1,
      expect.stringMatching(/^Nothing was changed: still connected to the database are crew-api from .+ \(\d+\)\. Stop the services/),
    ]);
  }
  expect(await crew(["recovered", "2026-11-01T10:00:00Z"], env)).toEqual([0, expect.stringMatching(/^1 runs had not ended/)]);
  const client = new pg.Client(copy.databaseUrl);
  await client.connect();
  const { rows } = await client.query("SELECT r.restored_from, s.snapshot_at, s.released_at FROM runs r, restores s");
  expect(rows).toEqual([
    { restored_from: new Date("2026-11-01T10:00:00Z"), snapshot_at: new Date("2026-11-01T10:00:00Z"), released_at: null },
  ]);
  await client.end();
});
