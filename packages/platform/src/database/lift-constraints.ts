import pg from "pg";

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/**
 * Takes away what refuses or changes rows that come in any order: foreign keys, triggers, the wall for the tables' owner.
 * The owner of the tables may do all of it, which of PostgreSQL's own switch only a superuser may say; and the keys are
 * checked anew when they come back. Within a transaction; returns how to put everything back.
 */
export async function liftConstraints(client: pg.Client): Promise<() => Promise<void>> {
  const { rows: keys } = await client.query<ForeignKey>(
    `SELECT conrelid::regclass::text AS table, conname::text AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY conrelid, conname`,
  );
  const { rows: tables } = await client.query<{ name: string; walled: boolean }>(
    `SELECT oid::regclass::text AS name, relforcerowsecurity AS walled FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
  );
  for (const { table, name } of keys) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${pg.escapeIdentifier(name)}`);
  for (const { name, walled } of tables)
    await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER${walled ? ", NO FORCE ROW LEVEL SECURITY" : ""}`);
  return async () => {
    for (const { table, name, definition } of keys)
      await client.query(`ALTER TABLE ${table} ADD CONSTRAINT ${pg.escapeIdentifier(name)} ${definition}`);
    for (const { name, walled } of tables)
      await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER${walled ? ", FORCE ROW LEVEL SECURITY" : ""}`);
  };
}
