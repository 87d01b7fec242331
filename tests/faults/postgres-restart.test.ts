import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { stillRunning } from "@crew/testing/process-family";
import { startInstallation } from "@crew/testing/start-installation";
import { startTestPostgres } from "@crew/testing/start-test-postgres";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

test.skipIf(redisIsMissing)("PostgreSQL restarted in mid-run: the run succeeds and repeats nothing that was finished", async () => {
  await using postgres = await startTestPostgres();
  await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
  await using installation = await startInstallation("distributed", { fake, databaseUrl: postgres.databaseUrl, isHeadless: true });
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());

  for (const callsBefore of [1, 4, 7]) {
    fake.clearJournal();
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
    await fake.waitForCalls(callsBefore, 30_000);
    const restartedAt = Date.now();
    await postgres.restart("SIGINT");
    const run = await ada.untilRun(id, undefined, 90_000);
    console.log(
      `restarted at call ${callsBefore}: done ${Date.now() - restartedAt} ms later, attempt ${run.attempt}, ${fake.journal.length} calls`,
    );
    const told = { run, events: await ada.events(id), ledger: await ada.ledger(id), stepsExpected: 12 };
    expect(findBrokenPromises(told)).toEqual([]);
    expect(fake.journal.length).toBeLessThanOrEqual(TWELVE_STEPS_MODEL_CALLS + 1);
  }
  const pids = (["api", "chatbot", "worker"] as const).map((name) => installation.service(name).pid);
  expect(stillRunning(pids), "no service has died of it").toEqual(pids);
});
