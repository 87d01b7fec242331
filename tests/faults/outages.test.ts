import { setTimeout as sleep } from "node:timers/promises";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { actingScript } from "./acting-crew.ts";
import { figure, SEED } from "./fault-profile.ts";
import { findViolations } from "./invariants.ts";
import { answerByTruth } from "./people-at-work.ts";
import { seededRandom } from "./seeded-random.ts";
import { startWorld, type World } from "./start-world.ts";
import { rowsOf, watchRows } from "./watch-rows.ts";

const RUNS = figure("CREW_FAULT_RUNS", { short: 6, long: 20 });
const PICKUPS = figure("CREW_FAULT_PICKUPS", { short: 20, long: 100 });
/** Bars of time hold on a machine that has nothing else to do: there the long profile keeps them. */
const SLACK = figure("CREW_FAULT_SLACK", { short: 10, long: 1 });
const FREEZES = figure("CREW_FAULT_FREEZES", { short: 1, long: 5 });
const WORKERS = ["worker", "worker-2", "worker-3"] as const;
/** Slow enough that a fault meets every run. */
const SLOW = actingScript({ tokens: 16, tokenDelayMs: 15, firstByteDelayMs: 100 });

describe.skipIf(redisIsMissing)(`outages under load (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  let world: World;
  const accepted: string[] = [];
  let topics = 0;

  beforeAll(async () => {
    world = await startWorld({ workers: 3, hasOwnPostgres: true });
    await watchRows(world.query);
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  beforeEach(() => world.fake.setScript(SLOW));
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") {
      console.log(world.installation.logs().slice(-6_000));
      console.log(
        await world.query(
          "SELECT id, inputs->>'topic' AS topic, state, reason, attempt, epoch, fruitless_attempts, steps_done, wake_at, lease_owner FROM runs WHERE ended_at IS NULL",
        ),
        await world.query("SELECT id, pid, started_at, heartbeat_at FROM workers"),
      );
    }
    const seen = { query: world.query, accepted, provider: world.fake.journal, effects: world.sink.journal };
    expect(await findViolations(seen)).toEqual([]);
  });

  async function begin(count = RUNS): Promise<string[]> {
    const ids = await Promise.all(Array.from({ length: count }, () => world.startRun(`out${++topics}.`)));
    accepted.push(...ids);
    return ids;
  }

  async function untilSucceeded(ids: string[], timeoutMs = 60_000): Promise<number> {
    const startedAt = Date.now();
    for (const id of ids) expect((await world.ada.untilRun(id, undefined, timeoutMs)).state).toBe("succeeded");
    return Date.now() - startedAt;
  }

  /** All runs are under way: each has made a call. */
  async function untilUnderWay(ids: string[]): Promise<void> {
    const uuids = ids.map(uuidFromTypeId);
    const idle = () => world.query<{ n: number }>("SELECT count(*)::int AS n FROM runs WHERE id = ANY($1) AND steps_done = 0", [uuids]);
    await expect.poll(async () => (await idle())[0]?.n, { timeout: 30_000 }).toBe(0);
  }

  async function pidOf(name: (typeof WORKERS)[number]): Promise<number> {
    return world.installation.service(name).pid;
  }

  test(`the LISTEN connections are cut: ${PICKUPS} runs are picked up by the net, each within 1.5 s`, async () => {
    world.fake.setScript(actingScript());
    // One worker alone, so that only its own net can catch a run.
    const [first, ...rest] = WORKERS.map((name) => world.installation.service(name));
    for (const one of rest) one.freeze();
    expect(first?.pid).toBeGreaterThan(0);
    let isCutting = true;
    const cutting = (async () => {
      while (isCutting) {
        await world.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% listen' AND datname = current_database()",
        );
        await sleep(40);
      }
    })();
    const ids: string[] = [];
    for (let n = 0; n < PICKUPS; n++) {
      ids.push(...(await begin(1)));
      await sleep(random() * 300);
    }
    await expect
      .poll(async () => (await world.query<{ n: number }>("SELECT count(*)::int AS n FROM runs WHERE started_at IS NULL"))[0]?.n, {
        timeout: 10_000,
      })
      .toBe(0);
    isCutting = false;
    await cutting;
    for (const one of rest) one.thaw();
    await untilSucceeded(ids);
    const [waits] = await world.query<{ p50: number; p99: number }>(
      `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
        FROM (SELECT extract(epoch FROM started_at - created_at) * 1000 AS ms FROM runs WHERE id = ANY($1)) waits`,
      [ids.map(uuidFromTypeId)],
    );
    console.log(`picked up without NOTIFY, ms: p50 ${Math.round(waits?.p50 ?? 0)}, p99 ${Math.round(waits?.p99 ?? 0)}`);
    expect(waits?.p99).toBeLessThan(1_500 * SLACK);
  });

  test("a thousand notifications for each run: it is claimed once", async () => {
    world.fake.setScript(actingScript());
    const ids = await begin();
    for (let n = 0; n < 10; n++) await world.query("SELECT pg_notify('crew_runs', n::text) FROM generate_series(1, 1000) n");
    await untilSucceeded(ids);
    const rows = await world.query<{ attempt: number }>("SELECT attempt FROM runs WHERE id = ANY($1)", [ids.map(uuidFromTypeId)]);
    expect(rows.map(({ attempt }) => attempt)).toEqual(ids.map(() => 1));
  });

  test("a worker is killed while Redis is away", async () => {
    const stopAnswering = answerByTruth(world);
    const ids = await begin();
    await untilUnderWay(ids);
    await world.installation.redis?.kill();
    const victim = WORKERS[Math.floor(random() * 3)] ?? "worker";
    await world.installation.kill(victim);
    await untilSucceeded(ids);
    await world.installation.redis?.start();
    await world.installation.start(victim);
    await stopAnswering();
    const backAt = Date.now();
    await untilSucceeded(await begin(1));
    console.log(`with Redis back a run took ${Date.now() - backAt} ms`);
  });

  test("PostgreSQL is killed three times in a row, and the gateway with it", async () => {
    const stopAnswering = answerByTruth(world);
    const ids = await begin();
    await untilUnderWay(ids);
    for (let n = 0; n < 3; n++) {
      const gateway = world.installation.kill("chatbot");
      await world.postgres?.restart("SIGKILL");
      await gateway;
      await world.installation.start("chatbot");
      await sleep(random() * 1_500);
    }
    console.log(`all ended ${await untilSucceeded(ids)} ms after the last kill`);
    await stopAnswering();
  });

  test(`a worker is frozen until its runs are finished by others, ${FREEZES} times: thawed, it changes no row and repeats no unsafe effect`, async () => {
    for (let n = 0; n < FREEZES; n++) {
      const stopAnswering = answerByTruth(world);
      const ids = await begin();
      await untilUnderWay(ids);
      await sleep(random() * 500);
      const pid = await pidOf(WORKERS[n % 3] ?? "worker");
      process.kill(pid, "SIGSTOP");
      try {
        await untilSucceeded(ids);
        const rows = async () => Promise.all(ids.map((id) => rowsOf(world.query, uuidFromTypeId(id))));
        const [before, calls] = [await rows(), world.fake.journal.length];
        const posts = () => world.sink.journal.filter(({ name }) => name.startsWith("post.")).length;
        const postsBefore = posts();
        process.kill(pid, "SIGCONT");
        await sleep(4_000);
        expect(await rows()).toEqual(before);
        expect(posts()).toBe(postsBefore);
        console.log(`${world.fake.journal.length - calls} calls after the thaw`);
      } finally {
        process.kill(pid, "SIGCONT");
        await stopAnswering();
      }
    }
  });
});
