import { setTimeout as sleep } from "node:timers/promises";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { modelDispatchers } from "@crew/platform/models/model-dispatchers";
import { modelRegistry } from "@crew/platform/models/model-registry";
import { createActor } from "@crew/testing/actors";
import type { FakeScriptEntry } from "@crew/testing/fake-provider/fake-script";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { startFaultProxy } from "@crew/testing/fault-proxy";
import { openTestSystem } from "@crew/testing/open-test-system";
import { silentLog } from "@crew/testing/silent-log";
import { untilRun } from "@crew/testing/until-run";
import { startWorker } from "@crew/worker/app";
import { expect, test } from "vitest";
import { figure, SEED } from "./fault-profile.ts";
import { findViolations } from "./invariants.ts";
import { openQuery } from "./open-query.ts";
import { seededRandom } from "./seeded-random.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";
import { watchRows } from "./watch-rows.ts";

const RUNS = figure("CREW_FAULT_LEDGER_RUNS", { short: 20, long: 200 });
/** Of the calls that reach the provider; refused connections come on top. */
const FAULTY = 0.2;
const FAULTS: FakeScriptEntry["fault"][] = [
  { type: "status", status: 429, retryAfter: 0.2, headers: {} },
  { type: "status", status: 500, headers: {} },
  { type: "status", status: 503, headers: {} },
  { type: "cut", afterChunks: 3 },
  { type: "early_end", afterChunks: 2 },
  { type: "drop" },
  { type: "hang" },
];

test(`${RUNS} runs with ${FAULTY * 100} % faults of the provider: its journal is the ledger, each call is charged once (seed ${SEED})`, {
  // The refusals teach the pace of a provider that refuses every thirtieth call: some minutes for 200 runs.
  timeout: 120_000 + RUNS * 6_000,
}, async () => {
  const random = seededRandom(SEED);
  const entries = Array.from({ length: RUNS * TWELVE_STEPS_MODEL_CALLS * 2 }, (_, call) => call + 1)
    .filter(() => random() < FAULTY)
    .map((call) => ({ when: { call }, times: 1, fault: FAULTS[Math.floor(random() * FAULTS.length)] }));
  // A connection for each call, so that some find nobody listening.
  await using fake = await startFakeProvider({ script: { ...TWELVE_STEPS_SCRIPT, entries }, keepAliveMs: 1_000 });
  await using link = await startFaultProxy({ port: Number(new URL(fake.url).port) });
  const environmentProviders = [
    {
      kind: "openai-compatible" as const,
      name: "ollama",
      baseUrl: `http://127.0.0.1:${link.port}/v1`,
      apiKey: null,
      models: [],
      isTrusted: true,
    },
  ];
  await using opened = await openTestSystem({ config: { modelProviders: environmentProviders } });
  await using dispatchers = modelDispatchers([]);
  // Long enough that a busy machine hands every call on before it is given up: what was sent is what the provider has seen.
  const limits = { firstByteMs: 4_000, idleMs: 4_000 };
  const system = { ...opened, models: modelRegistry({ environmentProviders, dispatchers, log: silentLog, limits }) };
  await using administrator = openQuery(opened.databaseUrl);
  const { query } = administrator;
  await watchRows(query);
  const actor = await createActor(system);
  const ctx = { ...system, actor };
  const crew = await createCrew(ctx, twelveSteps());
  await using _worker = await startWorker(system, { capacity: 50 });

  const accepted: string[] = [];
  for (let n = 0; n < RUNS; n++) accepted.push((await startRun(ctx, crew.id, { inputs: { topic: `led${n}.` }, documents: [] })).id);
  const refusing = refuseNowAndThen(link);
  const states: Record<string, number> = {};
  for (const id of accepted) {
    const { state, error } = await untilRun(system, actor, id, undefined, 60_000 + RUNS * 5_500);
    const told = error ? `${state} (${error.code})` : state;
    states[told] = (states[told] ?? 0) + 1;
  }
  await refusing.stop();
  const outcomes = await query<{ outcome: string; failure: string | null; n: number }>(
    "SELECT outcome, failure, count(*)::int AS n FROM call_attempts GROUP BY 1, 2 ORDER BY 3 DESC",
  );
  console.log(
    `${JSON.stringify(states)}; ${fake.journal.length} calls at the provider; ledger: ${outcomes.map((one) => `${one.n} ${one.outcome}${one.failure ? ` (${one.failure})` : ""}`).join(", ")}`,
  );
  expect(await findViolations({ query, accepted, provider: fake.journal, retriesAllowed: 12 })).toEqual([]);
  // Nothing was killed, so there is no attempt that the provider has not seen, but for those that say so. Whose request was
  // on its way when nobody listened any more cannot know: it says that too, and there is at most one of them a time.
  const counted = (kinds: string[]) => outcomes.reduce((sum, { outcome, n }) => (kinds.includes(outcome) ? sum + n : sum), 0);
  const unseen = counted(["completed", "failed", "truncated", "ambiguous"]) - fake.journal.length;
  expect(unseen).toBeGreaterThanOrEqual(0);
  expect(unseen).toBeLessThanOrEqual(Math.min(counted(["ambiguous"]), refusing.times));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["completed", "failed", "truncated", "ambiguous"]));
  expect(refusing.times).toBeGreaterThan(0);
});

/** Nobody listens for some moments. */
function refuseNowAndThen(link: { shut(): void; open(): Promise<void> }) {
  const stopped = new AbortController();
  const refusing = {
    times: 0,
    async stop() {
      stopped.abort();
      await work;
    },
  };
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopped.signal }).catch(() => {});
  const work = (async () => {
    while (!stopped.signal.aborted) {
      await pause(1_500);
      link.shut();
      refusing.times++;
      await pause(150);
      await link.open();
    }
  })();
  return refusing;
}
