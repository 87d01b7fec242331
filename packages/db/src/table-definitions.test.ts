import { readdirSync } from "node:fs";
import { inTestDatabase } from "@crew/testing/in-test-database";
import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import pg from "pg";
import { expect, test } from "vitest";

const folder = new URL("./", import.meta.url);

async function definedTables(): Promise<Record<string, Record<string, boolean>>> {
  const tables: Record<string, Record<string, boolean>> = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith("-table.ts"))) {
    const module: Record<string, unknown> = await import(new URL(file, folder).href);
    for (const table of Object.values(module).filter((value) => is(value, PgTable))) {
      const { name, columns } = getTableConfig(table);
      tables[name] = Object.fromEntries(columns.map((column) => [column.name, column.notNull || column.primary]));
    }
  }
  return tables;
}

test("the tables in code have the columns of the migrated database, null where those may be null", async () => {
  const defined = await definedTables();
  expect(Object.keys(defined).length).toBeGreaterThan(15);
  await inTestDatabase(async (url) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const [table, columns] of Object.entries(defined)) {
      const { rows } = await client.query<{ column_name: string; is_nullable: string }>(
        "SELECT column_name, is_nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
        [table],
      );
      const migrated = Object.fromEntries(rows.map((row) => [row.column_name, row.is_nullable === "NO"]));
      expect(columns, table).toEqual(migrated);
    }
    await client.end();
  });
});
