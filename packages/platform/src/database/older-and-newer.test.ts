import { setTimeout as sleep } from "node:timers/promises";
import { inTestDatabase } from "@crew/testing/in-test-database";
import { EXPANSION, newerMigrations } from "@crew/testing/newer-migrations";
import { silentLog } from "@crew/testing/silent-log";
import { spawnProcess } from "@crew/testing/spawn-process";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { openBossQueue } from "../queue/boss-queue.ts";
import { MigrationError, UNTOLD } from "./compare-migrations.ts";
import { checkMigrations, migrate, readMigrations } from "./migrate.ts";
import { addressFromUrl } from "./open-pool.ts";
import { untilMigrated } from "./until-migrated.ts";

const CONTRACTION = {
  name: "contraction",
  sql: "-- contract: versions before this one still write runs.title\nALTER TABLE runs DROP COLUMN title;\n",
};

/** A log that keeps what was said at `info`. */
function keptLog() {
  const lines: string[] = [];
  return { lines, log: { ...silentLog, info: (_: object, line: string) => void lines.push(line) } };
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const appliedNames = (url: string) =>
  asOwner(url, async (client) =>
    (await client.query<{ name: string }>("SELECT name FROM schema_migrations ORDER BY 1")).rows.map(({ name }) => name),
  );

describe("code that is older than its database", () => {
  test("goes on beside what a newer version has added, says so once, and the newer one finds all as it was", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION]);
    const added = migrations.at(-1)?.name;
    await inTestDatabase(async (url) => {
      const address = addressFromUrl(url);
      expect(await migrate(address, migrations)).toEqual([added]);
      const { lines, log } = keptLog();
      await untilMigrated(address, log);
      expect(lines).toEqual([expect.stringContaining("was migrated by a newer version")]);
      expect(await migrate(address, readMigrations(), log)).toEqual([]);
      expect(lines).toHaveLength(2);
      expect(await migrate(address, migrations)).toEqual([]);
    });
  });

  test("refuses what it cannot stand, with the reason and the way back", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION, CONTRACTION]);
    await inTestDatabase(async (url) => {
      const address = addressFromUrl(url);
      await migrate(address, migrations);
      const complaint =
        /_contraction\.sql, which this version does not know and cannot run beside: versions before this one still write runs\.title\. .* backup/;
      await expect(migrate(address)).rejects.toThrow(complaint);
      await expect(untilMigrated(address, silentLog)).rejects.toThrow(complaint);
    });
  });

  test("refuses what a version has added that says nothing of it", async () => {
    await inTestDatabase(async (url) => {
      await asOwner(url, (client) => client.query("INSERT INTO schema_migrations (name, sha256) VALUES ('0900_silent.sql', 'x')"));
      await expect(checkMigrations(addressFromUrl(url))).rejects.toThrow(
        `0900_silent.sql, which this version does not know and cannot run beside: ${UNTOLD}`,
      );
    });
  });

  test("refuses a database of another line, which has what it lacks and lacks what it has", async () => {
    using folder = temporaryDataDir();
    using other = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION]);
    const ours = newerMigrations(other.path, [{ name: "ours", sql: "CREATE TABLE ours (id int);" }]).migrations;
    await inTestDatabase(async (url) => {
      await migrate(addressFromUrl(url), migrations);
      await expect(migrate(addressFromUrl(url), ours)).rejects.toThrow(
        /_newer\.sql, which this version does not know, and lacks \d+_ours\.sql/,
      );
    });
  });

  test("starts at the same time as newer code: each migration is applied once, and both serve", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION]);
    await inTestDatabase(async (url) => {
      const starters = [migrations, readMigrations(), migrations, readMigrations()];
      const applied = await Promise.all(starters.map((own) => migrate(addressFromUrl(url), own)));
      expect(applied.flat().toSorted()).toEqual(migrations.map(({ name }) => name));
    }, "empty");
  });

  test("a list of migrations from before the column is taken over, whoever wrote to it last", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION]);
    await inTestDatabase(async (url) => {
      await asOwner(url, async (client) => {
        await client.query("ALTER TABLE schema_migrations DROP COLUMN contract");
        // A version without the column reads and writes as it always did.
        expect(await checkMigrations(addressFromUrl(url))).toEqual([]);
        await migrate(addressFromUrl(url));
        await client.query("DELETE FROM schema_migrations WHERE name = $1", [migrations.at(-2)?.name]);
        await client.query("INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)", [
          migrations.at(-2)?.name,
          migrations.at(-2)?.sha256,
        ]);
        await migrate(addressFromUrl(url), migrations);
        const { rows } = await client.query("SELECT name, contract FROM schema_migrations ORDER BY name");
        expect(rows).toEqual(migrations.map(({ name, contract }) => ({ name, contract })));
      });
    });
  });
});

describe("the job queue's own schema", () => {
  const setTo = (url: string, version: number) =>
    asOwner(url, (client) => client.query("UPDATE pgboss.version SET version = $1", [version]));

  test("is waited for where the task was killed before it", async () => {
    await inTestDatabase(async (url) => {
      await setTo(url, 45);
      expect(await checkMigrations(addressFromUrl(url))).toEqual(["version 46 of the job queue's schema"]);
    });
  });

  test("that is newer lets no older client start, so it is refused in words", async () => {
    await inTestDatabase(async (url) => {
      await setTo(url, 47);
      await expect(openBossQueue({ address: addressFromUrl(url), log: silentLog, migrate: false })).rejects.toThrow("requires migrations");
      await expect(checkMigrations(addressFromUrl(url))).rejects.toThrow("has version 47, and this version works with 46 alone");
    });
  });
});

describe("a migration", () => {
  /** So slow that it can be killed; how slow says a table. */
  const SLOW = { name: "slow", sql: "CREATE TABLE half (id int);\nSELECT pg_sleep(seconds) FROM pace;\nCREATE TABLE whole (id int);\n" };
  const OPEN = {
    name: "open",
    sql: "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS pace_seconds;\nCREATE INDEX CONCURRENTLY pace_seconds ON pace (seconds);\nSELECT pg_sleep(seconds) FROM pace;\nANALYZE pace;\n",
  };

  test.each([SLOW, OPEN])(
    "K17 that was killed is done once more, whole: $name",
    async (file) => {
      using folder = temporaryDataDir();
      const newer = newerMigrations(folder.path, [{ name: "pace", sql: "CREATE TABLE pace AS SELECT 3 AS seconds;" }, file]);
      await inTestDatabase(async (url) => {
        const task = spawnProcess("packages/testing/src/migrate-from-folder.ts", { scriptArgs: [url, newer.folder.href] });
        await asOwner(url, async (client) => {
          const sleeping =
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'crew-migrate' AND wait_event = 'PgSleep'";
          for (const end = Date.now() + 60_000; (await client.query(sleeping)).rowCount === 0 && Date.now() < end; ) await sleep(20);
          await task.kill();
          await client.query("UPDATE pace SET seconds = 0");
          expect(await appliedNames(url)).not.toContain(newer.migrations.at(-1)?.name);
          // Its session lives on in the server until it has slept: who comes next waits for the lock.
          expect(await migrate(addressFromUrl(url), newer.migrations)).toEqual([newer.migrations.at(-1)?.name]);
          expect(await appliedNames(url)).toEqual(newer.migrations.map(({ name }) => name));
          const { rows } = await client.query("SELECT FROM pg_index WHERE NOT indisvalid");
          expect(rows).toHaveLength(0);
        });
      });
    },
    90_000,
  );

  test("does not keep others waiting behind one who holds its table: it steps back and comes again", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [EXPANSION]);
    await inTestDatabase(async (url) => {
      await asOwner(url, async (client) => {
        await client.query("BEGIN; SELECT FROM runs LIMIT 1");
        const waits: number[] = [];
        const log = { ...silentLog, warn: (told: { tries?: number }) => void waits.push(told.tries ?? 0) };
        const done = migrate(addressFromUrl(url), migrations, log);
        for (const end = Date.now() + 20_000; waits.length === 0 && Date.now() < end; ) await sleep(50);
        expect(waits).toEqual([1]);
        await client.query("COMMIT");
        expect(await done).toEqual([migrations.at(-1)?.name]);
      });
    });
  }, 60_000);

  test("that fails says which, and whether anything of it stays", async () => {
    using folder = temporaryDataDir();
    const { migrations } = newerMigrations(folder.path, [
      { name: "broken", sql: "-- no-transaction\nSELECT 1;\nSELECT no_such_column;\n" },
    ]);
    await inTestDatabase(async (url) => {
      const failure = await migrate(addressFromUrl(url), migrations).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MigrationError);
      expect((failure as Error).message).toMatch(
        /_broken\.sql failed and is done anew by the next start: column "no_such_column" does not exist\./,
      );
    });
  });
});
