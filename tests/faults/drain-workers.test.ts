import { setTimeout as sleep } from "node:timers/promises";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { type Composition, type ServiceName, startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { figure, SEED } from "./fault-profile.ts";
import { seededRandom } from "./seeded-random.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

const STOPS = figure("CREW_FAULT_STOPS", { short: 1, long: 5 });
const CASES: { composition: Composition; name: ServiceName }[] = [{ composition: "embedded", name: "platform" }];
if (!redisIsMissing) CASES.push({ composition: "distributed", name: "worker" });

test.each(CASES)(`$composition: SIGTERM in mid-run and a new start lose no call at all (seed ${SEED})`, async ({ composition, name }) => {
  const random = seededRandom(SEED);
  await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
  await using installation = await startInstallation(composition, { fake });
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());
  for (let stop = 0; stop < STOPS; stop++) {
    fake.clearJournal();
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
    await fake.waitForCalls(1, 30_000);
    await sleep(random() * 1_000);
    const toldAt = Date.now();
    expect(await installation.stop(name)).toBe(0);
    const stoppedAfter = Date.now() - toldAt;
    await installation.start(name);
    const run = await ada.untilRun(id);
    console.log(`${composition}: stopped after ${stoppedAfter} ms, attempt ${run.attempt}`);
    const told = { run, events: await ada.events(id), ledger: await ada.ledger(id), stepsExpected: 12 };
    expect(findBrokenPromises(told)).toEqual([]);
    // What was under way was let finish.
    expect(told.ledger.map(({ outcome }) => outcome)).toEqual(Array(TWELVE_STEPS_MODEL_CALLS).fill("completed"));
    expect(fake.journal).toHaveLength(TWELVE_STEPS_MODEL_CALLS);
  }
});
