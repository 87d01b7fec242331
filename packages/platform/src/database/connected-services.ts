import type pg from "pg";

/** One who uses the database: `crew-api 0.1.0` from an address. */
export interface Connected {
  service: string;
  /** `null`: it does not say. */
  version: string | null;
  /** `null`: by the server's own socket. */
  from: string | null;
  connections: number;
}

/** Who is called so by `connectionName`, or was before connections said their version. */
const NAME = /^(crew(?:-(?!listen|lock|jobs|migrate)[a-z]+)?)(?:-(?:listen|lock|jobs|migrate))?(?: (\d\S*))?/;

/** Everybody but the asker, a line for each service, version and address. */
export async function connectedServices(client: pg.Client): Promise<Connected[]> {
  const { rows } = await client.query<{ name: string; from: string | null; count: number }>(
    `SELECT application_name AS name, host(client_addr) AS from, count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  const connected = new Map<string, Connected>();
  for (const { name, from, count } of rows) {
    const [, service = name || "unnamed", version = null] = NAME.exec(name) ?? [];
    const key = JSON.stringify([service, version, from]);
    const before = connected.get(key)?.connections ?? 0;
    connected.set(key, { service, version, from, connections: before + count });
  }
  return [...connected.values()];
}
