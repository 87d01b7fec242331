import { inTestDatabase } from "@crew/testing/in-test-database";
import { silentLog } from "@crew/testing/silent-log";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { addressFromUrl, openPool } from "./open-pool.ts";
import { poolDatabase } from "./pool-database.ts";

test("a transaction that could not even begin gives its connection back [ASVS 1.4.3]", async () => {
  await inTestDatabase(async (databaseUrl) => {
    const pool = openPool(addressFromUrl(databaseUrl), { max: 1, log: silentLog });
    const db = poolDatabase(pool);
    // Asked first on the same connection, so that BEGIN finds it gone. The pool's own role may end nobody's connection.
    const end = "RESET ROLE; SET ROLE NONE; SELECT pg_terminate_backend(pg_backend_pid())";
    pool.once("acquire", (client) => void client.query(end).catch(() => {}));
    await expect(db.transaction(async (tx) => tx.execute(sql`SELECT 1`))).rejects.toThrow();
    const { rows } = await db.transaction(async (tx) => tx.execute(sql`SELECT 2 AS two`));
    expect(rows).toEqual([{ two: 2 }]);
    await expect(
      db.transaction(async () => {
        throw new Error("not today");
      }),
    ).rejects.toThrow("not today");
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
    await pool.end();
  });
});
