import { setTimeout as sleep } from "node:timers/promises";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

const READERS = 8;
const PAUSE_MS = 40;
const RUNS = 8;
/** A recovery is one when latency is back within this many calm ones, on a machine that does other things too. */
const SLACK = 10;

interface Answer {
  at: number;
  ms: number;
  status: number;
}

const p99 = (answers: readonly Answer[]) =>
  answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? Number.NaN;

test.skipIf(redisIsMissing)(
  "Redis killed under load: no request fails, no run is lost, latency is back within 5 s of its return",
  async () => {
    await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
    await using installation = await startInstallation("distributed", { fake });
    const { redis, origin } = installation;
    if (!redis) throw new Error("a distributed installation has a Redis");
    const ada = await joinInstallation(origin);
    const crew = await ada.call("POST", "/v1/crews", twelveSteps());
    // Each key has a limit of its own, far above what one reader asks.
    const keys = await Promise.all(
      Array.from({ length: READERS }, async (_, n) => {
        const made = await fetch(`${origin}/v1/api-keys`, {
          method: "POST",
          headers: { "content-type": "application/json", cookie: ada.cookie, origin },
          body: JSON.stringify({ name: `reader ${n}`, rateClass: "high" }),
        });
        return (await made.json()) as { key: string };
      }),
    );
    const answers: Answer[] = [];
    let isOver = false;
    const reader = async (key: string) => {
      for (let n = 0; !isOver; n++) {
        const path = n % 2 ? "/v1/crews" : `/v1/crews/${crew.id}`;
        const at = performance.now();
        const status = await fetch(origin + path, { headers: { authorization: `Bearer ${key}` } }).then(
          async (answer) => {
            await answer.text();
            return answer.status;
          },
          () => 0,
        );
        answers.push({ at, ms: performance.now() - at, status });
        await sleep(PAUSE_MS);
      }
    };
    const readers = keys.map(({ key }) => reader(key));
    const runs: string[] = [];
    const start = async () => void runs.push((await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } })).id);
    const phase = async (ms: number) => {
      const [from, slice] = [performance.now(), ms / (RUNS / 3)];
      while (performance.now() - from < ms) {
        if (runs.length < RUNS) await start();
        await sleep(slice);
      }
      return answers.filter(({ at }) => at >= from);
    };
    await sleep(1_000);
    const before = await phase(3_000);
    await redis.kill();
    const during = await phase(4_000);
    await redis.start();
    const back = performance.now();
    await phase(8_000);
    isOver = true;
    await Promise.all(readers);
    const recovering = answers.filter(({ at }) => at >= back && at < back + 5_000);
    const after = answers.filter(({ at }) => at >= back + 5_000);
    console.log(
      `p99 before ${p99(before).toFixed(0)} ms (${before.length} requests), without Redis ${p99(during).toFixed(0)} ms (${during.length}), ` +
        `in the 5 s after its return ${p99(recovering).toFixed(0)} ms, later ${p99(after).toFixed(0)} ms`,
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(after.length).toBeGreaterThan(50);
    expect(p99(after)).toBeLessThan(SLACK * p99(before));
    for (const id of runs) {
      const run = await ada.untilRun(id);
      expect(findBrokenPromises({ run, events: await ada.events(id), ledger: await ada.ledger(id), stepsExpected: 12 })).toEqual([]);
    }
  },
);
