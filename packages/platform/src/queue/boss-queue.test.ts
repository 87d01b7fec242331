import { setTimeout as delay } from "node:timers/promises";
import { job } from "@crew/core/job";
import type { DbPool } from "@crew/core/system";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { silentLog } from "@crew/testing/silent-log";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { addressFromUrl } from "../database/open-pool.ts";
import { type BossQueue, jobHandler, openBossQueue } from "./boss-queue.ts";
import type { Bury } from "./bury-dead-jobs.ts";
import { DEAD_LETTERS } from "./queue-settings.ts";

const greet = job({ name: "greet", payload: z.strictObject({ name: z.string() }), retryLimit: 1, expireInSeconds: 30 });

describe("boss queue", () => {
  let stack: AsyncDisposableStack;
  let pool: pg.Pool;
  let db: DbPool;
  let databaseUrl: string;

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    ({ databaseUrl } = stack.use(await openTestDatabase()));
    pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    pool.on("error", () => {});
    stack.defer(() => pool.end());
    db = drizzle({ client: pool });
  });
  afterEach(() => stack.disposeAsync());

  const open = async (): Promise<BossQueue> =>
    stack.use(await openBossQueue({ address: addressFromUrl(databaseUrl), log: silentLog, migrate: false }));
  const rows = async (name: string) =>
    (await pool.query("SELECT state::text, data, output, singleton_key FROM pgboss.job WHERE name = $1 ORDER BY created_on", [name])).rows;

  test("a job exists if and only if its transaction committed [ASVS 2.3.3]", async () => {
    const { queue } = await open();
    await db.transaction((transaction) => queue.send(transaction, greet, { name: "kept" }));
    await expect(
      db.transaction(async (transaction) => {
        await queue.send(transaction, greet, { name: "rolled back" });
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect((await rows("greet")).map((row) => row.data)).toEqual([{ name: "kept" }]);
  });

  test("a waiting job is there once for its key, and any number of times without one", async () => {
    const { queue } = await open();
    for (let index = 0; index < 3; index++) await queue.send(db, greet, { name: "keyed" }, { singletonKey: "one" });
    for (let index = 0; index < 3; index++) await queue.send(db, greet, { name: "free" });
    const names = (await rows("greet")).map((row) => row.data.name);
    expect(names.filter((name) => name === "keyed")).toHaveLength(1);
    expect(names.filter((name) => name === "free")).toHaveLength(3);
  });

  test("refuses a payload that does not fit its job", async () => {
    const { queue } = await open();
    await expect(queue.send(db, greet, { name: 5 } as never)).rejects.toThrow();
    expect(await rows("greet")).toEqual([]);
  });

  test("an idle worker is woken by a job sent from another process, not by its poll", async () => {
    const sender = await open();
    const worker = await open();
    const seen: string[] = [];
    await worker.work([jobHandler(greet, async ({ name }) => void seen.push(name))]);
    await delay(700);
    const startedAt = performance.now();
    const waits: number[] = [];
    for (let index = 0; index < 5; index++) {
      const sentAt = performance.now();
      await db.transaction((transaction) => sender.queue.send(transaction, greet, { name: `job ${index}` }));
      await vi.waitFor(() => expect(seen).toContain(`job ${index}`), { timeout: 5_000, interval: 2 });
      waits.push(performance.now() - sentAt);
    }
    // Five polls would take ten seconds.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    console.info(`sent → handled: ${waits.map((wait) => wait.toFixed(0)).join(", ")} ms`);
  });

  test("what is due later, and what is tried again, begins within two seconds of its time", async () => {
    const worker = await open();
    const begun = new Map<string, number[]>();
    await worker.work([
      jobHandler(greet, async ({ name }) => {
        begun.set(name, [...(begun.get(name) ?? []), Date.now()]);
        if (name === "again" && begun.get(name)?.length === 1) throw new Error("not yet");
      }),
    ]);
    const due = new Date(Date.now() + 1_200);
    await worker.queue.send(db, greet, { name: "later" }, { startAfter: due });
    await worker.queue.send(db, greet, { name: "again" });
    const retryAt = await vi.waitFor(async () => {
      const { rows: found } = await pool.query("SELECT start_after FROM pgboss.job WHERE name = 'greet' AND state = 'retry'");
      expect(found).toHaveLength(1);
      return (found[0].start_after as Date).getTime();
    }, 5_000);
    await vi.waitFor(() => expect([begun.get("later"), begun.get("again")]).toEqual([[expect.any(Number)], expect.any(Array)]), 10_000);
    await vi.waitFor(() => expect(begun.get("again")).toHaveLength(2), 10_000);
    const waits = [(begun.get("later")?.[0] ?? 0) - due.getTime(), (begun.get("again")?.[1] ?? 0) - retryAt];
    // By our poll, not by the net of pg-boss's own, which is thirty; a busy machine is given its time.
    for (const wait of waits) expect(wait).toBeLessThan(10_000);
    for (const wait of waits) expect(wait).toBeGreaterThan(-100);
    console.info(`due → begun: delayed ${waits[0]} ms, retried ${waits[1]} ms`);
  });

  test("what failed for good is handed over with its reason, once, whether or not it ran to its end", async () => {
    const worker = await open();
    const buried: Parameters<Bury>[] = [];
    const slow = job({ ...greet, name: "slow", retryLimit: 0, expireInSeconds: 1 });
    await worker.work(
      [
        jobHandler(greet, async () => {
          throw new Error("mail server on fire");
        }),
        jobHandler(
          slow,
          (_payload, signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("late")))),
        ),
      ],
      async (...dead) => void buried.push(dead),
    );
    await worker.queue.send(db, greet, { name: "doomed" });
    await worker.queue.send(db, slow, { name: "slow" });
    await vi.waitFor(() => expect(buried).toHaveLength(2), 15_000);
    const [failed, lost] = buried.toSorted(([a], [b]) => b.attempts - a.attempts);
    expect(failed).toMatchObject([
      { name: "greet", payload: { name: "doomed" }, code: "job_failed", message: "mail server on fire", attempts: 2 },
      { name: "greet" },
    ]);
    expect(lost).toMatchObject([{ name: "slow", code: "job_lost", message: "It took longer than it may.", attempts: 1 }, { name: "slow" }]);
  });

  test("a failing job is tried again, then lies in the dead letters, its reason with it", async () => {
    const worker = await open();
    let tries = 0;
    await worker.work([
      jobHandler(greet, async () => {
        tries += 1;
        throw new Error("mail server on fire");
      }),
    ]);
    await worker.queue.send(db, greet, { name: "doomed" });
    await vi.waitFor(async () => expect(await rows(DEAD_LETTERS)).toHaveLength(1), 12_000);
    expect(tries).toBe(2);
    expect((await rows(DEAD_LETTERS))[0]?.data).toEqual({ name: "doomed" });
    const [failed] = await rows("greet");
    expect(failed?.state).toBe("failed");
    expect(JSON.stringify(failed?.output)).toContain("mail server on fire");
  });

  test("works with at most three connections, and a process that only sends asks nothing [ASVS 13.2.6]", async () => {
    const connections = async () =>
      Number(
        (await pool.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% jobs'"))
          .rows[0]?.count,
      );
    const worker = await open();
    await worker.queue.send(db, greet, { name: "a" });
    expect(await connections()).toBeLessThanOrEqual(1);
    const handled: unknown[] = [];
    await worker.work([jobHandler(greet, async (payload) => void handled.push(payload))]);
    for (let index = 0; index < 20; index++) await worker.queue.send(db, greet, { name: "b" });
    await vi.waitFor(() => expect(handled).toHaveLength(21), 10_000);
    expect(await connections()).toBeLessThanOrEqual(3);
  });

  test("a job with a cron is scheduled, once however many workers start, and no longer when the cron is gone", async () => {
    const tick = job({ name: "tick", payload: z.strictObject({}), retryLimit: 0, expireInSeconds: 30, cron: "*/5 * * * *" });
    const other = job({ name: "other-tick", payload: z.strictObject({}), retryLimit: 0, expireInSeconds: 30, cron: "0 3 * * *" });
    const schedules = async () => (await pool.query("SELECT name, cron, timezone FROM pgboss.schedule ORDER BY name")).rows;
    const nothing = async () => {};
    await (await open()).work([jobHandler(tick, nothing), jobHandler(other, nothing)]);
    await (await open()).work([jobHandler(tick, nothing), jobHandler(other, nothing)]);
    expect(await schedules()).toEqual([
      { name: "other-tick", cron: "0 3 * * *", timezone: "UTC" },
      { name: "tick", cron: "*/5 * * * *", timezone: "UTC" },
    ]);
    await (await open()).work([jobHandler({ ...tick, cron: undefined }, nothing), jobHandler(other, nothing)]);
    expect((await schedules()).map((row) => row.name)).toEqual(["other-tick"]);
  });

  test("closing lets a job in hand finish", async () => {
    const worker = await open();
    let isDone = false;
    const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
    await worker.work([
      jobHandler(greet, async () => {
        begin();
        await delay(300);
        isDone = true;
      }),
    ]);
    await worker.queue.send(db, greet, { name: "a" });
    await hasBegun;
    await worker[Symbol.asyncDispose]();
    expect(isDone).toBe(true);
    expect((await rows("greet"))[0]?.state).toBe("completed");
  });
});
