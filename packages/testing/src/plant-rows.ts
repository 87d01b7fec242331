import { randomBytes, randomUUID } from "node:crypto";
import type pg from "pg";

/** A column of a table, as far as a value for it has to be made. */
interface Column {
  name: string;
  type: string;
  /** The first value that the table's own rule allows. */
  allowed: string | null;
}

/** Where a rule ties two columns together, or leaves one value. */
const TIED: Record<string, Record<string, unknown>> = {
  oauth_clients: { kind: "public" },
  memories: { source: "task_output" },
  halts: { scope: "workspace" },
  schedules: { is_paused: true },
  run_links: { kind: "redrive_of" },
};

export interface PlantedRow {
  columns: string[];
  values: unknown[];
}

/** Every table of the product, without the migrations' own. */
export async function productTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

/** A row for a table with what it must have: `known` values where the column has that name, others by the column's type. */
export async function rowFor(client: pg.Client, table: string, known: Record<string, unknown>): Promise<PlantedRow> {
  const { rows } = await client.query<Column>(
    `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type,
       (SELECT substring(pg_get_constraintdef(c.oid) from a.attname || ' = ANY \\(ARRAY\\[''([^'']+)''') FROM pg_constraint c
        WHERE c.conrelid = a.attrelid AND c.contype = 'c'
          -- The rule about this column alone, not one that ties it to another.
          AND pg_get_constraintdef(c.oid) ~ ('^CHECK \\(\\(' || a.attname || ' = ANY \\(ARRAY\\[[^]]*\\]\\)\\)\\)$') LIMIT 1) AS allowed
     FROM pg_attribute a
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
       AND ((a.attnotnull AND NOT a.atthasdef) OR a.attname = ANY ($2::text[]))`,
    [table, Object.keys(known)],
  );
  const fixed = { ...known, ...TIED[table] };
  return {
    columns: rows.map(({ name }) => name),
    values: rows.map((column) => fixed[column.name] ?? column.allowed ?? sampleOf(column.type)),
  };
}

function sampleOf(type: string): unknown {
  if (type.endsWith("[]")) return "{}";
  if (type === "uuid") return randomUUID();
  if (type === "jsonb") return "{}";
  if (type === "bytea") return randomBytes(16);
  if (type === "boolean") return false;
  if (type.startsWith("timestamp")) return new Date().toISOString();
  if (/^(integer|bigint|smallint|numeric|double|real)/.test(type)) return 1;
  if (type === "text" || type.startsWith("character")) return `planted-${randomUUID()}`;
  throw new Error(`no value is known for a column of type ${type}`);
}

export function insertText(table: string, row: PlantedRow): string {
  return `INSERT INTO "${table}" (${row.columns.join(", ")}) VALUES (${row.columns.map((_, i) => `$${i + 1}`).join(", ")})`;
}
