import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import type { LaneLimits } from "@crew/core/model-providers/lanes-port";
import { startRun } from "@crew/core/runs/start-run";
import { openSystem } from "@crew/platform/open-system";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { startWorker } from "@crew/worker/app";
import { describe, expect, test } from "vitest";
import { figure } from "./fault-profile.ts";

/** Sixty calls in each of the provider's minutes, which are shorter than the clock's in the short profile. */
const PER_MINUTE = 60;
const MINUTE_MS = figure("CREW_FAULT_LANE_MINUTE_MS", { short: 6_000, long: 60_000 });
const RUNS = figure("CREW_FAULT_LANE_RUNS", { short: 100, long: 200 });
const FEWER_RUNS = figure("CREW_FAULT_LANE_RUNS", { short: 75, long: 200 });
/** Where the limit is set, a refusal is an accident of clocks: calls that were let go one by one arrive together after a standstill. */
const MOST_REFUSED = figure("CREW_FAULT_LANE_REFUSED", { short: 0.06, long: 0.02 });
const CREWS = 5;
const LONGEST_MS = 60_000 + ((RUNS / PER_MINUTE) * MINUTE_MS) / 0.8;
const NONE: LaneLimits = { requestsPerMinute: null, tokensPerMinute: null, maxConcurrent: null };
const TOLD: LaneLimits = { ...NONE, requestsPerMinute: PER_MINUTE };

describe.skipIf(redisIsMissing)(`a provider that allows ${PER_MINUTE} requests a minute, asked by ${CREWS} crews on two workers`, () => {
  test.for<{ limits: LaneLimits; runs: number; isKilled?: boolean; name: string }>([
    { name: "its limit is set", limits: TOLD, runs: RUNS },
    { name: "its limit is learned from its refusals", limits: NONE, runs: FEWER_RUNS },
    { name: "Redis is killed in the middle", limits: TOLD, runs: FEWER_RUNS, isKilled: true },
  ])(
    "$name: of $runs runs none fails, and at least 85 % of the rate is used",
    { timeout: LONGEST_MS },
    async ({ limits, runs, isKilled }) => {
      await using redis = await startTestRedis();
      await using fake = await startFakeProvider({
        script: { defaults: { text: "ok" }, rateLimit: { requests: PER_MINUTE, windowMs: MINUTE_MS } },
      });
      const modelProviders = [{ ...fakeProviderSettings(fake), limits }];
      await using system = await openTestSystem({ redisUrl: redis.url, config: { modelProviders, laneMinuteMs: MINUTE_MS } });
      await using other = await openSystem(system.config);
      await queueRuns(system, await createActor(system), runs);
      await using _one = await startWorker(system, { capacity: 50 });
      await using _two = await startWorker(other, { capacity: 50 });
      const passed = () => fake.journal.filter(({ status }) => status === 200);
      const untilPassed = (count: number) =>
        expect.poll(() => passed().length, { timeout: LONGEST_MS, interval: 50 }).toBeGreaterThanOrEqual(count);
      if (isKilled) {
        await untilPassed(runs / 3);
        await redis.kill();
        await untilPassed((2 * runs) / 3);
        await redis.start();
      }
      await untilPassed(runs);
      const times = passed().map(({ at }) => Date.parse(at));
      const tookMs = Math.max(...times) - Math.min(...times);
      await expect.poll(() => count(system, "state = 'succeeded'"), { timeout: LONGEST_MS }).toBe(runs);
      const refused = fake.journal.length - passed().length;
      const used = (runs / tookMs) * (MINUTE_MS / PER_MINUTE);
      const parked = await count(system, "attempt > 1");
      console.log(
        `${runs} calls in ${(tookMs / 1_000).toFixed(1)} s, ${Math.round(used * 100)} % of the rate, ${refused} refused, ${parked} parked`,
      );
      expect(used).toBeGreaterThan(0.85);
      if (limits === TOLD) expect(refused).toBeLessThanOrEqual(runs * MOST_REFUSED);
    },
  );
});

/** One crew after the other, so that the first has all its runs in the queue before the last has one. */
async function queueRuns(system: TestSystem, actor: Actor, runs: number): Promise<void> {
  const ctx = { ...system, actor };
  const { agents, tasks } = buildCrew();
  for (let i = 0; i < CREWS; i++) {
    const one = { name: `Crew ${i}`, model: "fake/fake-model", agents: agents.slice(0, 1), tasks: tasks.slice(0, 1) };
    const { id } = await createCrew(ctx, buildCrew(one));
    for (let run = 0; run < runs / CREWS; run++) await startRun(ctx, id, { inputs: { topic: "tides" }, documents: [] });
  }
}

async function count(system: TestSystem, condition: string): Promise<number> {
  const { rows } = await system.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM runs WHERE ${condition}`);
  return rows[0]?.n ?? 0;
}
