import type { Db } from "@crew/core/system";
import { sql } from "drizzle-orm";
import { type Db as BossDb, fromDrizzle } from "pg-boss";

/** Lets pg-boss write within our transaction, so that a job exists if and only if what it belongs to does. */
export function bossTransaction(db: Db): BossDb {
  return fromDrizzle(db as Parameters<typeof fromDrizzle>[0], sql as unknown as Parameters<typeof fromDrizzle>[1]);
}

/** A verb's transaction acts for one workspace: it may put jobs in, and read no other one's. */
export const LET_VERBS_SEND = `
  GRANT USAGE ON SCHEMA pgboss TO crew_app;
  GRANT SELECT ON pgboss.queue TO crew_app;
  GRANT INSERT, SELECT (id, start_after) ON pgboss.job, pgboss.job_common TO crew_app`;
