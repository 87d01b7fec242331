import { setTimeout as sleep } from "node:timers/promises";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import type { BenchSite } from "./bench-site.ts";

/** From a job's row to its start on an idle worker, by the database's clock; each comes when the last one is long over. */
export async function jobStartLatency({ system }: BenchSite, jobs: number): Promise<{ p50: number; p99: number }> {
  for (let i = 0; i < jobs; i++) {
    // A mail to nobody: the job does nothing.
    await system.queue.send(system.db, accountMailJob, { kind: "password_reset", userId: null, askedFrom: null });
    await sleep(60);
  }
  for (let isOpen = true; isOpen; await sleep(100)) {
    const { rowCount } = await system.pool.query("SELECT FROM pgboss.job WHERE name = $1 AND state < 'completed'", [accountMailJob.name]);
    isOpen = rowCount !== 0;
  }
  const { rows } = await system.pool.query<{ p50: number; p99: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
     FROM (SELECT extract(epoch FROM started_on - created_on) * 1000 AS ms FROM pgboss.job WHERE name = $1 ORDER BY created_on DESC LIMIT $2) latest`,
    [accountMailJob.name, jobs],
  );
  return { p50: rows[0]?.p50 ?? Number.NaN, p99: rows[0]?.p99 ?? Number.NaN };
}
