import pg from "pg";

export type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Past all services and rules, as the superuser. */
export function openQuery(databaseUrl: string): { query: Query } & AsyncDisposable {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3, connectionTimeoutMillis: 2_000 });
  pool.on("error", () => {});
  return {
    query: async <Row>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[],
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
