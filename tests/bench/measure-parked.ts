import { setTimeout as sleep } from "node:timers/promises";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { buildCrew } from "@crew/testing/build-crew";
import { cloneParkedRuns } from "@crew/testing/clone-parked-runs";
import { untilRun } from "@crew/testing/until-run";
import type { BenchSite } from "./bench-site.ts";

const WOKEN = 50;
const IDLE_MS = 20_000;

export interface ParkedCost {
  /** Beyond what there were with one parked run. */
  connections: number;
  /** A second, beyond those with one. */
  transactions: number;
  held: number;
  wakeP99Ms: number;
}

/** What runs that wait for a person hold, and how soon one goes on: against the same installation with one of them. */
export async function parkedCost(site: BenchSite, actor: Actor, model: string, count: number): Promise<ParkedCost> {
  const ctx = { ...site.system, actor };
  const { agents, tasks } = buildCrew();
  const crew = await createCrew(
    ctx,
    buildCrew({
      model,
      agents: agents.slice(0, 1),
      tasks: tasks.slice(0, 1).map((task) => ({ ...task, humanInput: true })),
      humanPolicy: { deadlineMinutes: 600, onDeadline: "fail" },
    }),
  );
  const run = await startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
  await untilRun(site.system, actor, run.id, ({ state }) => state === "waiting");
  // The server cleans up after so many rows that were made at once: its own transactions, which are no cost of parking.
  await site.administer("ALTER SYSTEM SET autovacuum = off");
  await site.administer("SELECT pg_reload_conf()");
  const one = await idle(site);
  const questions = await cloneParkedRuns(site.system, run.id, count);
  const many = await idle(site);
  await site.administer("ALTER SYSTEM RESET autovacuum");
  await site.administer("SELECT pg_reload_conf()");
  for (const id of questions.slice(0, WOKEN)) {
    await decideApproval(ctx, id, { decision: "approve", feedback: "" });
    await sleep(20);
  }
  await decideApproval(ctx, (await listApprovals(ctx, run.id)).data[0]?.id ?? "", { decision: "approve", feedback: "" });
  await untilRun(site.system, actor, run.id);
  const wakeP99Ms = await wake(site, questions.slice(0, WOKEN));
  // The measures after this one count runs.
  await site.system.pool.query("DELETE FROM runs WHERE crew_id = $1", [uuidFromTypeId(crew.id)]);
  return {
    connections: Math.max(0, many.connections - one.connections),
    transactions: many.transactions - one.transactions,
    held: many.held,
    wakeP99Ms,
  };
}

/** An idle backend reports what it counted after 10 s, so the reading waits for that. */
async function idle(site: BenchSite): Promise<{ connections: number; transactions: number; held: number }> {
  const read = async () => {
    const { rows } = await site.system.pool.query<{ connections: number; transactions: number; held: number }>(
      `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend') AS connections,
         (SELECT xact_commit::int FROM pg_stat_database WHERE datname = current_database()) AS transactions,
         (SELECT count(*)::int FROM runs WHERE state = 'running' OR lease_owner IS NOT NULL) AS held`,
    );
    return { connections: 0, transactions: 0, held: 0, ...rows[0] };
  };
  await sleep(11_000);
  const before = await read();
  await sleep(IDLE_MS);
  const after = await read();
  return { ...after, transactions: (after.transactions - before.transactions) / (IDLE_MS / 1_000) };
}

async function wake(site: BenchSite, questions: readonly string[]): Promise<number> {
  const { rows } = await site.system.pool.query<{ p99: number }>(
    `SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY ms)::int AS p99 FROM (
       SELECT extract(epoch FROM max(e.at) - a.decided_at) * 1000 AS ms
       FROM approvals a JOIN run_events e ON e.run_id = a.run_id AND e.type = 'run_resumed' WHERE a.id = ANY($1::uuid[]) GROUP BY a.id) woken`,
    [questions.map(uuidFromTypeId)],
  );
  return rows[0]?.p99 ?? Number.NaN;
}
