import { createHash } from "node:crypto";
import { inTestDatabase } from "@crew/testing/in-test-database";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { type Migration, MigrationError } from "./compare-migrations.ts";
import { checkMigrations, migrate } from "./migrate.ts";
import { addressFromUrl } from "./open-pool.ts";

const one = file("0001_one.sql", "CREATE TABLE one (id int)");
const two = file("0002_two.sql", "CREATE TABLE two (id int); INSERT INTO two VALUES (2)");
const three = file("0003_three.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY two_id ON two (id)");

function file(name: string, sql: string): Migration {
  return { name, sql, sha256: createHash("sha256").update(sql).digest("hex"), contract: "everything here does" };
}

describe("migrate", () => {
  test("applies files in order, once, also outside a transaction", async () => {
    await inTestDatabase(async (url) => {
      expect(await migrate(addressFromUrl(url), [one, two])).toEqual(["0001_one.sql", "0002_two.sql"]);
      expect(await migrate(addressFromUrl(url), [one, two, three])).toEqual(["0003_three.sql"]);
      expect(await migrate(addressFromUrl(url), [one, two, three])).toEqual([]);
    }, "empty");
  });

  test("five starters at once apply each file once", async () => {
    await inTestDatabase(async (url) => {
      const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(addressFromUrl(url), [one, two])));
      expect(applied.flat().sort()).toEqual(["0001_one.sql", "0002_two.sql"]);
    }, "empty");
  });

  test("refuses a changed file, a missing one and one that comes late", async () => {
    await inTestDatabase(async (url) => {
      const address = addressFromUrl(url);
      await migrate(address, [one, two]);
      await expect(migrate(address, [one, file("0002_two.sql", "SELECT 1")])).rejects.toThrow(/0002_two.sql was applied with another text/);
      await expect(migrate(address, [one])).rejects.toThrow(
        /0002_two.sql, which this version does not know and cannot run beside: everything here does/,
      );
      await expect(migrate(address, [file("0000_late.sql", "SELECT 1"), one, two])).rejects.toThrow(/0000_late.sql comes before/);
    }, "empty");
  });

  test("a failing file leaves nothing behind", async () => {
    await inTestDatabase(async (url) => {
      const broken = file("0002_broken.sql", "CREATE TABLE half (id int); SELECT no_such_column");
      await expect(migrate(addressFromUrl(url), [one, broken])).rejects.toThrow(MigrationError);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const { rows } = await client.query("SELECT to_regclass('one') IS NOT NULL AS one, to_regclass('half') IS NOT NULL AS half");
      await client.end();
      expect(rows).toEqual([{ one: true, half: false }]);
    }, "empty");
  });

  test("the template of every other test has all of the product's migrations", async () => {
    await inTestDatabase(async (url) => expect(await checkMigrations(addressFromUrl(url))).toEqual([]));
  });
});
