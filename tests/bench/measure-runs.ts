import { setTimeout as sleep } from "node:timers/promises";
import type { Crew } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { buildCrew } from "@crew/testing/build-crew";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";
import type { BenchSite } from "./bench-site.ts";
import { cpuMsOf } from "./process-cpu.ts";

/** Three agents, three tasks, one call each. */
export async function threeTaskCrew(site: BenchSite, actor: Actor, model: string): Promise<Crew> {
  const { agents } = buildCrew();
  const keys = ["find", "weigh", "write"];
  return createCrew(
    { ...site.system, actor },
    buildCrew({
      model,
      agents: keys.map((key) => ({
        ...(agents[0] ?? { goal: "", backstory: "", model: null, tools: [], maxIterations: 25 }),
        key,
        role: `The ${key}er`,
      })),
      tasks: keys.map((key) => ({ key, description: `${key} five facts on {topic}`, expectedOutput: "A list", agent: key })),
    }),
  );
}

/** Runs a crew so many times and waits for the last to end. Returns how many queries the waiting itself took. */
export async function runCrews(site: BenchSite, actor: Actor, crew: Crew, count: number): Promise<number> {
  for (let i = 0; i < count; i++) await startRun({ ...site.system, actor }, crew.id, { inputs: { topic: "tides" }, documents: [] });
  for (let polls = 1; ; polls++) {
    if (await haveEnded(site, crew)) return polls;
    await sleep(25);
  }
}

/** What waits costs as good as nothing, however many runs there are: it is measured with them. */
async function haveEnded(site: BenchSite, crew: Crew): Promise<boolean> {
  const { rows } = await site.system.pool.query<{ state: string | null }>({
    name: "have_ended",
    text: `SELECT coalesce((SELECT 'active' FROM runs WHERE crew_id = $1 AND ended_at IS NULL LIMIT 1),
      (SELECT state FROM runs WHERE crew_id = $1 ORDER BY id DESC LIMIT 1)) AS state`,
    values: [uuidFromTypeId(crew.id)],
  });
  if (rows[0]?.state === "failed") throw new Error("a run of the bench failed");
  return rows[0]?.state === "succeeded";
}

/** CPU of the worker and of PostgreSQL for one crew, in ms. */
export async function durableCpuMs(site: BenchSite, worker: SpawnedProcess, actor: Actor, crew: Crew, count: number): Promise<number> {
  const cpu = () => cpuMsOf(worker.pid) + cpuMsOf(site.postgresPid);
  const before = cpu();
  await runCrews(site, actor, crew, count);
  return (cpu() - before) / count;
}

/** CPU of the bare fetch loop for one crew, in ms. */
export async function fetchLoopCpuMs(url: string, count: number, atOnce: number): Promise<number> {
  await using loop = spawnProcess("tests/bench/fetch-loop.ts", { scriptArgs: [url, String(count), String(atOnce)], stdin: true });
  await loop.untilOutput(/ready/);
  const before = cpuMsOf(loop.pid);
  loop.write("go\n");
  await loop.untilOutput(/done/, 120_000);
  return (cpuMsOf(loop.pid) - before) / count;
}

export interface Counted {
  transactions: number;
  walSyncs: number;
  walBytes: number;
}

/** What one crew costs in PostgreSQL, one at a time: counted, and the idle system's own share taken off. */
export async function countedCost(site: BenchSite, actor: Actor, crew: Crew, count: number): Promise<Counted> {
  const idle = await during(site, async () => {
    await sleep(15_000);
    return 0;
  });
  const busy = await during(site, async () => {
    let polls = 0;
    for (let i = 0; i < count; i++) polls += await runCrews(site, actor, crew, 1);
    return polls;
  });
  const share = (key: "transactions" | "walSyncs" | "walBytes") => (busy[key] - (idle[key] / idle.ms) * busy.ms) / count;
  return { transactions: share("transactions"), walSyncs: share("walSyncs"), walBytes: share("walBytes") };
}

async function during(site: BenchSite, work: () => Promise<number>): Promise<Counted & { ms: number }> {
  const before = await counters(site);
  const startedAt = performance.now();
  const polls = await work();
  const after = await counters(site);
  const ms = performance.now() - startedAt;
  return {
    ms,
    transactions: after.transactions - before.transactions - polls,
    walSyncs: after.walSyncs - before.walSyncs,
    walBytes: after.walBytes - before.walBytes,
  };
}

/** An idle backend reports what it counted after 10 s, so the reading waits for that. */
async function counters(site: BenchSite): Promise<Counted> {
  await sleep(11_000);
  const { rows } = await site.system.pool.query(
    `SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::int AS transactions,
       (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal' AND backend_type = 'client backend')::int AS syncs, pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`,
  );
  return { transactions: Number(rows[0].transactions), walSyncs: Number(rows[0].syncs), walBytes: Number(rows[0].bytes) };
}

/** Milliseconds from queued to started on an idle worker, by the rows' own times; the 99th percentile. */
export async function startLatency(site: BenchSite, actor: Actor, crew: Crew, count: number): Promise<{ p50: number; p99: number }> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const run = await startRun({ ...site.system, actor }, crew.id, { inputs: { topic: "tides" }, documents: [] });
    ids.push(run.id);
    await sleep(47);
  }
  await sleep(500);
  const { rows } = await site.system.pool.query<{ p50: number; p99: number }>(
    `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_disc(0.99) WITHIN GROUP (ORDER BY ms) AS p99
     FROM (SELECT extract(epoch FROM started_at - created_at) * 1000 AS ms FROM runs ORDER BY id DESC LIMIT $1) recent`,
    [count],
  );
  return { p50: Number(rows[0]?.p50), p99: Number(rows[0]?.p99) };
}
