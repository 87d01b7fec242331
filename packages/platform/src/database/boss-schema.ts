import { createRequire } from "node:module";
import type pg from "pg";

/**
 * The version of pg-boss' own schema that this code works with. A client of pg-boss refuses to start on any other, newer
 * ones too; so raising it takes a migration that says so and is marked `-- contract:`.
 */
export const BOSS_SCHEMA: number = createRequire(import.meta.url)("pg-boss/package.json").pgboss.schema;

/** What the database has; `null`: none yet. */
export async function bossSchemaOf(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query("SELECT to_regclass('pgboss.version') IS NOT NULL AS present");
  if (!rows[0].present) return null;
  return (await client.query<{ version: number }>("SELECT version FROM pgboss.version")).rows[0]?.version ?? null;
}
