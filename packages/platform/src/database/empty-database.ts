import type pg from "pg";

/**
 * What stands in the way of filling this database, by name; `undefined`: it is empty. Tables of ours without a row count
 * as nothing: that is what a restore leaves which did not come to its end.
 */
export async function whatIsInside(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string; kind: string }>(
    `SELECT c.oid::regclass::text AS name, c.relname::text AS kind FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY c.relname`,
  );
  const isOurs = rows.some(({ kind }) => kind === "schema_migrations");
  for (const { name, kind } of rows) {
    if (kind === "schema_migrations") continue;
    if (!isOurs) return kind;
    const { rows: found } = await client.query(`SELECT FROM ${name} LIMIT 1`);
    if (found.length > 0) return kind;
  }
  return undefined;
}
