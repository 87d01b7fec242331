import { setTimeout as sleep } from "node:timers/promises";
import { openLiveSocket } from "@crew/client/open-live-socket";
import type { RunEvent } from "@crew/contracts/run-events";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { ACTING_MODEL_CALLS, actingScript } from "./acting-crew.ts";
import { figure, SEED } from "./fault-profile.ts";
import { findViolations } from "./invariants.ts";
import { planBlows, strike, type Victim } from "./nemesis.ts";
import { answerByTruth } from "./people-at-work.ts";
import { seededRandom } from "./seeded-random.ts";
import { startWorld, type World } from "./start-world.ts";
import { watchRows } from "./watch-rows.ts";

const RUNS = figure("CREW_FAULT_RUNS", { short: 16, long: 100 });
const SECONDS = figure("CREW_FAULT_SECONDS", { short: 20, long: 300 });
/** Of the runs, so many are followed by a client; one person's sockets may ask for some hundred topics a minute. */
const FOLLOWED = 20;
const VICTIMS: Victim[] = ["worker", "worker-2", "worker-3", "api", "chatbot", "postgres"];

test.skipIf(redisIsMissing)(
  `${RUNS} runs of 12 steps under kill -9 of everything (seed ${SEED})`,
  { timeout: SECONDS * 3_000 + 300_000 },
  async () => {
    const random = seededRandom(SEED);
    await using world = await startWorld({
      workers: 3,
      hasOwnPostgres: true,
      script: actingScript({ tokens: 16, tokenDelayMs: 12, firstByteDelayMs: 120 }),
    });
    await watchRows(world.query);
    const follower = followRuns(world);
    const stopAnswering = answerByTruth(world);
    const blows = planBlows(random, VICTIMS, { totalMs: SECONDS * 1_000 });
    const accepted: string[] = [];

    const striking = strike(world, blows);
    for (let n = 0; n < RUNS; n++) {
      accepted.push(await startSurely(world, `lot${n}.`));
      if (follower.size < FOLLOWED && n % Math.ceil(RUNS / FOLLOWED) === 0) follower.follow(accepted.at(-1) ?? "");
      await sleep((random() * 2 * SECONDS * 900) / RUNS);
    }
    await striking;
    const healedAt = Date.now();
    try {
      for (const id of accepted) await world.ada.untilRun(id, undefined, 90_000);
      const tookMs = Date.now() - healedAt;
      const probes = await probe(world, accepted);
      const streams = await follower.untilEnded();
      const provider = world.fake.journal;
      const violations = await findViolations({ query: world.query, accepted, provider, effects: world.sink.journal, streams });
      const [sums] = await world.query<{ attempts: number; succeeded: number }>(
        "SELECT sum(attempt)::int AS attempts, count(*) FILTER (WHERE state = 'succeeded')::int AS succeeded FROM runs",
      );
      console.log(
        `seed ${SEED}: ${blows.length} kills (${["holder" as const, ...VICTIMS].map((one) => `${one} ${blows.filter(({ victim }) => victim === one).length}`).join(", ")}), ` +
          `${sums?.succeeded} of ${accepted.length} succeeded in ${sums?.attempts} claims, ${await stopAnswering()} questions answered, ` +
          `${provider.length} calls for ${accepted.length * ACTING_MODEL_CALLS} steps, all ended ${tookMs} ms after the last start, probes ${probes.join(", ")} ms, ${violations.length} violations`,
      );
      expect(violations).toEqual([]);
      expect(sums?.succeeded).toBe(accepted.length);
      expect(sums?.attempts).toBeGreaterThan(accepted.length);
    } catch (error) {
      console.log(world.installation.logs().slice(-20_000));
      throw error;
    } finally {
      await stopAnswering();
      follower.close();
    }
  },
);

/** As a careful client does it: the same key until there is an answer. */
async function startSurely(world: World, topic: string): Promise<string> {
  for (const end = Date.now() + 60_000; ; await sleep(200)) {
    try {
      const { id } = await world.ada.call("POST", `/v1/crews/${world.crewId}/runs`, { inputs: { topic } }, { "idempotency-key": topic });
      return id;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Three runs in a row that nothing happens to. */
async function probe(world: World, accepted: string[]): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < 3; n++) {
    const startedAt = Date.now();
    const id = await startSurely(world, `probe${n}.`);
    accepted.push(id);
    expect(await world.ada.untilRun(id, undefined, 30_000)).toMatchObject({ state: "succeeded", attempt: 1 });
    took.push(Date.now() - startedAt);
  }
  return took;
}

/** The client of the console on one socket through the gateway, which comes back by itself. */
function followRuns(world: World) {
  const streams = new Map<string, RunEvent[]>();
  const socket = openLiveSocket({
    url: `${world.installation.origin.replace("http", "ws")}/ws`,
    getTicket: async () => (await world.ada.call("POST", "/v1/socket-tickets")).ticket,
  });
  return {
    get size() {
      return streams.size;
    },
    follow(runId: string) {
      const seen: RunEvent[] = [];
      streams.set(runId, seen);
      socket.subscribe(`run:${runId}`, { after: 0, onEvent: (event) => void seen.push(event) });
    },
    /** What was seen of each, when the last has come or should have. */
    async untilEnded() {
      const isEnded = (events: RunEvent[]) => /^(crew_kickoff_(completed|failed)|run_cancelled)$/.test(events.at(-1)?.type ?? "");
      for (const end = Date.now() + 30_000; Date.now() < end && ![...streams.values()].every(isEnded); ) await sleep(100);
      return streams;
    },
    close: () => socket.close(),
  };
}
