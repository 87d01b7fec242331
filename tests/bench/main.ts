import { createActor } from "@crew/testing/actors";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { measureStops, p99 } from "@crew/testing/measure-stops";
import { spawnProcess } from "@crew/testing/spawn-process";
import { openBenchSite } from "./bench-site.ts";
import { BenchTable } from "./bench-table.ts";
import { cachedReadCost } from "./measure-cached-reads.ts";
import { claimLatency } from "./measure-claims.ts";
import { firstContact } from "./measure-first-contact.ts";
import { jobStartLatency } from "./measure-jobs.ts";
import { parkedCost } from "./measure-parked.ts";
import { readCost } from "./measure-reads.ts";
import { countedCost, durableCpuMs, fetchLoopCpuMs, runCrews, startLatency, threeTaskCrew } from "./measure-runs.ts";
import { streamRows } from "./measure-streams.ts";

/** Counts first, then ratios against a calibration of the same run. Every ratio is the median of three rounds. */

const table = new BenchTable();
const { row } = table;

const WAITING = { spread: "of 20 workspaces", one: "of one crew", blocked: "half of them halted or capped" };

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await using stub = spawnProcess("tests/bench/stub-provider.ts");
const stubPort = Number((await stub.untilOutput(/listening (\d+)/))[1]);
await using site = await openBenchSite(stubPort);
const actor = await createActor(site.system);
const worker = site.spawn("tests/bench/bench-worker.ts");
await worker.untilOutput(/ready/);
const burst = await threeTaskCrew(site, actor, "ollama/stub");
const trickle = await threeTaskCrew(site, actor, "openai/stub");
await runCrews(site, actor, burst, 200);

const STEPS = 3;
const cost = await countedCost(site, actor, burst, 150);
// To a tenth: the idle system's share, which is taken off, is not known more exactly.
row(`transactions of a crew of ${STEPS} steps, its start included`, Number(cost.transactions.toFixed(1)), 2 * STEPS + 2);
row(`WAL syncs of a crew of ${STEPS} steps`, Number(cost.walSyncs.toFixed(1)), STEPS + 3);
row("WAL bytes a step, its texts included", cost.walBytes / STEPS, null, " B");

const latency = await startLatency(site, actor, burst, 100);
row("queued → started, p50", latency.p50, null, " ms");
row("queued → started, p99", latency.p99, 15, " ms");

const parked = await parkedCost(site, actor, "ollama/stub", 1_000);
row("connections of 1,000 parked runs over idle", parked.connections, 0);
row("runs that a worker holds of them", parked.held, 0);
row("transactions a second of 1,000 parked runs over idle", Math.max(0, Number(parked.transactions.toFixed(1))), 1);
row("answer → running again, of 1,000 parked runs, p99", parked.wakeP99Ms, 1_500, " ms");

const jobs = await jobStartLatency(site, 100);
row("job sent → started on an idle system, p50", jobs.p50, 50, " ms");
row("job sent → started on an idle system, p99", jobs.p99, null, " ms");

const ratios = async (model: "burst" | "trickle", crews: number) => {
  const crew = model === "burst" ? burst : trickle;
  const found: number[] = [];
  for (let i = 0; i < 3; i++) {
    const bare = await fetchLoopCpuMs(`http://127.0.0.1:${stubPort}/${model}`, crews, 10);
    found.push((await durableCpuMs(site, worker, actor, crew, crews)) / bare);
  }
  return median(found);
};
row("CPU of a durable crew × bare fetch loop, reply in one piece", await ratios("burst", 300), 4);
row("CPU of a durable crew × bare fetch loop, tokens 4 ms apart", await ratios("trickle", 100), 2);
await worker.stop();

const { rows: last } = await site.system.pool.query<{ id: string }>("SELECT id FROM runs ORDER BY id DESC LIMIT 1");
const { typeIdFromUuid } = await import("@crew/contracts/ids");
const run = { id: typeIdFromUuid("run", last[0]?.id ?? "") } as never;
const read = await readCost(site, actor, run, 4_000);
row("CPU of an authenticated GET of one run × bare Fastify with one SELECT", read.oursUs / read.bareUs, 2);

await using queueSite = await openBenchSite(stubPort);
for (const waiting of ["spread", "one", "blocked"] as const) {
  const found: { few: number; many: number }[] = [];
  for (let i = 0; i < 3; i++) {
    const few = await claimLatency(queueSite, waiting, 1_000, 300);
    const many = await claimLatency(queueSite, waiting, 100_000, 300);
    found.push({ few: few.p99, many: many.p99 });
  }
  const ratio = median(found.map(({ few, many }) => many / few));
  row(`claim p99, 1,000 waiting, ${WAITING[waiting]}`, median(found.map(({ few }) => few)), null, " ms");
  row(`claim p99, 100,000 waiting × 1,000, ${WAITING[waiting]}`, ratio, 3);
}

await using fake = await startFakeProvider();
await using stopSite = await openBenchSite(stubPort, `${fake.url}/v1`);
const stopper = await createActor(stopSite.system);
await using stopWorker = stopSite.spawn("tests/bench/bench-worker.ts");
await stopWorker.untilOutput(/ready/);
const stopped = await threeTaskCrew(stopSite, stopper, "ollama/fake-model");
const stops = await measureStops(stopSite.system, stopper, fake, { crewId: stopped.id, count: 200, atOnce: 10 });
row("calls begun later than 250 ms after a stop, of 200 runs", stops.lateCalls, 0);
row("stopped runs that are not charged once, of 200", stops.badlyCharged, 0);
row("stop → model socket closed, p99", p99(stops.closedMs), 2_000, " ms");
row("stop → terminal, p99", p99(stops.terminalMs), 3_000, " ms");
await stopWorker.stop();

for (const { what, uncachedUs, cachedUs, unchangedUs, statements } of await cachedReadCost(site, actor, burst.id, 2_000)) {
  row(`CPU of GET ${what}, cached × made anew`, cachedUs / uncachedUs, 1);
  row(`CPU of GET ${what}, 304 × made anew`, unchangedUs / uncachedUs, 1);
  row(`transactions of GET ${what}, cached`, Number(statements.toFixed(1)), 1);
}

const contact = await firstContact();
row("first start → first page, database made", contact.firstStartMs, null, " ms");
row("second start → first page", contact.secondStartMs, 3_000, " ms");
row("command typed → finished demo run, warm", contact.finishedRunMs, 15_000, " ms");
row("memory at rest, database and console included (PSS)", contact.restPssMb, 300, " MB");

await streamRows(row, stubPort);

process.exitCode = table.print() ? 0 : 1;
