import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import type { DatabaseAddress } from "./open-pool.ts";

export interface TableShape {
  table: string;
  /** Those that PostgreSQL does not make by itself. */
  columns: string[];
}

/** So that the same value is the same text on every server, and a table is read in the order in which it lies. */
const SPELLING = `SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content'; SET synchronize_seqscans = off;
  SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;`;

/** A connection for copying: nothing cuts it short, and all values have one spelling. */
export async function openCopyClient(address: DatabaseAddress): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ ...address, application_name: "crew-backup", keepAlive: true });
  // What breaks it is told by the statement under way.
  client.on("error", () => {});
  await client.connect();
  await client.query(SPELLING);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end().catch(() => {}) });
}

/** Every table of ours, by name, without the rows of none. */
export async function readTableShapes(client: pg.Client): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(
    `SELECT c.relname::text AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' GROUP BY c.relname ORDER BY c.relname COLLATE "C"`,
  );
  return rows;
}

const columnsOf = ({ columns }: TableShape) => columns.map((name) => pg.escapeIdentifier(name)).join(", ");

/** The rows of a table in text format; nobody reads them faster than they are taken. */
export async function* copyOut(client: pg.Client, shape: TableShape): AsyncGenerator<Buffer> {
  yield* client.query(copyTo(`COPY public.${pg.escapeIdentifier(shape.table)} (${columnsOf(shape)}) TO STDOUT`));
}

export async function copyIn(client: pg.Client, shape: TableShape, rows: AsyncIterable<Buffer>): Promise<void> {
  await pipeline(rows, client.query(copyFrom(`COPY public.${pg.escapeIdentifier(shape.table)} (${columnsOf(shape)}) FROM STDIN`)));
}

/** Counters go on behind the highest number that is in use. */
export async function moveSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `SELECT c.relname::text AS table, a.attname::text AS column, pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS sequence
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND pg_get_serial_sequence(c.oid::regclass::text, a.attname) IS NOT NULL`,
  );
  for (const { table, column, sequence } of rows) {
    const at = `SELECT max(${pg.escapeIdentifier(column)}) FROM public.${pg.escapeIdentifier(table)}`;
    await client.query(`SELECT setval($1::regclass, coalesce((${at}), 1), (${at}) IS NOT NULL)`, [sequence]);
  }
}
