import type pg from "pg";

/** What nobody may find: a text, or bytes of which texts are made. */
export interface Canary {
  door: string;
  bytes: Buffer;
}

/** Every spelling in which it could have slipped out. */
export function spellingsOfCanary({ bytes }: Canary): string[] {
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text, "utf8").equals(bytes);
  const spellings = [
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
  ];
  if (isText)
    spellings.push(text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURI(text), text.replaceAll("&", "&amp;"));
  return [...new Set(spellings)];
}

/** `door: place` for each canary that stands in a place, in whatever spelling. */
export function findCanaries(canaries: readonly Canary[], places: Record<string, string>): string[] {
  return canaries.flatMap((canary) => {
    const spellings = spellingsOfCanary(canary);
    return Object.entries(places)
      .filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
      .map(([place]) => `${canary.door}: ${place}`);
  });
}

/** Every row of every table of the database as text, bytes in hexadecimal, by table; as the user that the pool connects as. */
export async function dumpDatabase(pool: pg.Pool): Promise<Record<string, string>> {
  const client = await pool.connect();
  try {
    await client.query("SET ROLE NONE");
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'`,
    );
    const dump: Record<string, string> = {};
    for (const { name } of rows) {
      const found = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      dump[`table ${name}`] = found.rows.map(({ row }) => row).join("\n");
    }
    return dump;
  } finally {
    client.release(true);
  }
}
