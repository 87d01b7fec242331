import { setTimeout as sleep } from "node:timers/promises";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { processFamily, stillRunning } from "@crew/testing/process-family";
import { startInstallation } from "@crew/testing/start-installation";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { figure, SEED } from "./fault-profile.ts";
import { seededRandom } from "./seeded-random.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

const KILLS = figure("CREW_FAULT_KILLS", { short: 3, long: 20 });

test(`kill -9 of the embedded platform at ${KILLS} random moments of 12-step runs (seed ${SEED})`, {
  timeout: 60_000 + KILLS * 15_000,
}, async () => {
  const random = seededRandom(SEED);
  await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
  await using installation = await startInstallation("embedded", { fake });
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());
  const starts: number[] = [];
  let interrupted = 0;

  for (let kill = 0; kill < KILLS; kill++) {
    fake.clearJournal();
    const family = processFamily(installation.service("platform").pid);
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
    await sleep(random() * 1_200);
    await installation.kill("platform");
    const killedAt = Date.now();
    await installation.start("platform");
    starts.push(Date.now() - killedAt);
    const run = await ada.untilRun(id);
    if (run.attempt > 1) interrupted++;
    const told = { run, events: await ada.events(id), ledger: await ada.ledger(id), stepsExpected: 12 };
    expect(findBrokenPromises(told), `kill ${kill}`).toEqual([]);
    // The provider is the judge: beyond the calls of a quiet run it saw at most the one that the kill has cut.
    expect(fake.journal.length).toBeLessThanOrEqual(TWELVE_STEPS_MODEL_CALLS + run.attempt - 1);
    expect(stillRunning(family), "processes of the killed platform").toEqual([]);
  }
  console.log(
    `from kill -9 to a page that answers, ms: median ${starts.toSorted((a, b) => a - b)[KILLS >> 1]}, max ${Math.max(...starts)}; ${interrupted} of ${KILLS} runs were interrupted`,
  );
  expect(interrupted).toBeGreaterThan(KILLS / 3);
});
