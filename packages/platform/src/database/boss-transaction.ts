import type { Db } from "@crew/core/system";
import { sql } from "drizzle-orm";
import { type Db as BossDb, fromDrizzle } from "pg-boss";

/** Lets pg-boss write within our transaction, so that a job exists if and only if what it belongs to does. */
export function bossTransaction(db: Db): BossDb {
  return fromDrizzle(db as Parameters<typeof fromDrizzle>[0], sql as unknown as Parameters<typeof fromDrizzle>[1]);
}
