import { randomBytes } from "node:crypto";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { inTestDatabase } from "@crew/testing/in-test-database";
import { EXPANSION, newerMigrations } from "@crew/testing/newer-migrations";
import { spawnProcess } from "@crew/testing/spawn-process";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { migrate } from "../database/migrate.ts";
import { addressFromUrl } from "../database/open-pool.ts";
import { lookAtInstallation } from "./look-at-installation.ts";

// A process is started for each look, and a platform for one of them.
vi.setConfig({ testTimeout: 120_000 });

async function upgrade(env: Record<string, string>, ...scriptArgs: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawnProcess("packages/platform/src/upgrade/upgrade-main.ts", { env, scriptArgs });
  return { code: await child.exited, said: child.output() };
}

const distributed = (databaseUrl: string) => ({
  DATABASE_URL: databaseUrl,
  REDIS_URL: "redis://127.0.0.1:1",
  CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
  CREW_MASTER_KEY: randomBytes(32).toString("base64"),
});

test("says what is there and 0 on a database that fits, also when a newer version has added to it, and 2 when it has taken away", async () => {
  using folder = temporaryDataDir();
  using other = temporaryDataDir();
  await inTestDatabase(async (url) => {
    const env = distributed(url);
    const fits = await upgrade(env, "--check", "--json");
    expect(fits.code).toBe(0);
    expect(JSON.parse(fits.said)).toMatchObject({ misfit: null, pending: [], newer: [], exitCode: 0, disk: null });

    await migrate(addressFromUrl(url), newerMigrations(folder.path, [EXPANSION]).migrations);
    const beside = await upgrade(env, "--check");
    expect(beside.code).toBe(0);
    expect(beside.said).toMatch(/^Newer +\d+_newer\.sql {2}\(this version runs beside it\)$/m);
    expect(beside.said).toContain("Go ahead.");

    const taken = {
      name: "taken",
      sql: "-- contract: versions before this one still read runs.mood\nALTER TABLE runs DROP COLUMN mood;\n",
    };
    await migrate(addressFromUrl(url), newerMigrations(other.path, [EXPANSION, taken]).migrations);
    const refused = await upgrade(env, "--check");
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining("versions before this one still read runs.mood") });
  });
});

test("names what is pending, who is connected with which version, who would be waited for, and changes nothing", async () => {
  await inTestDatabase(async (url) => {
    await using stack = new AsyncDisposableStack();
    const connect = async (application_name: string) => {
      const client = new pg.Client({ connectionString: url, application_name });
      stack.defer(() => client.end());
      await client.connect();
      return client;
    };
    const owner = await connect("psql");
    await owner.query("DELETE FROM schema_migrations WHERE name >= '0023'");
    for (const name of ["crew-api 0.0.9", "crew-api 0.0.9 listen", "crew-api 0.0.9 jobs", "crew-listen", "crew"]) await connect(name);
    await owner.query("BEGIN; SELECT FROM runs LIMIT 1");
    const facts = await lookAtInstallation(addressFromUrl(url), null, 0);
    expect(facts.pending[0]).toMatchObject({ name: "0023_images.sql", kind: "contract" });
    expect(facts.connected).toEqual(
      expect.arrayContaining([
        { service: "crew-api", version: "0.0.9", from: "127.0.0.1", connections: 3 },
        { service: "crew", version: null, from: "127.0.0.1", connections: 2 },
        { service: "psql", version: null, from: "127.0.0.1", connections: 1 },
      ]),
    );
    expect(facts.holders).toEqual([{ pid: expect.any(Number), name: "psql", seconds: expect.any(Number), tables: ["runs"] }]);
    const { code, said } = await upgrade(distributed(url), "--check");
    expect(code).toBe(2);
    expect(said).toMatch(/^Pending +0023_images\.sql {2}contract: it is from before/m);
    expect(said).toMatch(/^- Stop what runs before you migrate \(crew, crew-api\)/m);
    expect(said).toMatch(/^- There is no verified backup/m);
    const { rows } = await owner.query("SELECT FROM schema_migrations WHERE name >= '0023'");
    expect(rows).toHaveLength(0);
  });
});

test("of an embedded installation that stands, that runs, and that is not there", async () => {
  using dataDir = temporaryDataDir();
  const env = { CREW_DATA_DIR: dataDir.path };
  expect(await upgrade(env, "--check")).toMatchObject({ code: 2, said: expect.stringContaining("There is no database in") });
  await using platform = spawnProcess("apps/embedded/src/main.ts", { env: { ...env, PORT: String(await freePort()) } });
  await platform.untilOutput(/^Models /m, 60_000);
  const running = await upgrade(env, "--check", "--json");
  expect(running.code).toBe(0);
  expect(JSON.parse(running.said)).toMatchObject({
    connected: [{ service: "crew-platform", version: "0.1.0" }],
    workers: [{ version: "0.1.0", pid: platform.pid }],
    disk: { freeBytes: expect.any(Number) },
  });
  await platform.stop();
  const stopped = await upgrade(env, "--check");
  expect(stopped).toMatchObject({ code: 0, said: expect.stringMatching(/^Connected {4}none$/m) });
});

test("a database that is away, and words that it does not know, are 2", async () => {
  const away = distributed(`postgres://nobody@127.0.0.1:${await freePort()}/crew`);
  expect(await upgrade(away, "--check")).toMatchObject({ code: 2, said: expect.stringContaining("The database cannot be asked: ") });
  expect(await upgrade(away)).toMatchObject({ code: 2, said: expect.stringContaining("upgrade --check [--json]") });
  expect((await upgrade(away, "--check", "--now")).code).toBe(2);
});
