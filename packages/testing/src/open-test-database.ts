import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A database of its own, cloned from the migrated template in some tens of milliseconds. */
export async function openTestDatabase(contents: "migrated" | "empty" = "migrated"): Promise<{ databaseUrl: string } & AsyncDisposable> {
  const url = new URL(inject("postgresUrl"));
  const name = `crew_test_${randomBytes(6).toString("hex")}`;
  await onServer(url.href, `CREATE DATABASE ${name} TEMPLATE ${contents === "empty" ? "template0" : inject("templateDatabase")}`);
  const databaseUrl = new URL(url);
  databaseUrl.pathname = name;
  return {
    databaseUrl: databaseUrl.href,
    [Symbol.asyncDispose]: () => onServer(url.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
