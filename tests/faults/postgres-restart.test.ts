import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { openBossQueue } from "@crew/platform/queue/boss-queue";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { stillRunning } from "@crew/testing/process-family";
import { silentLog } from "@crew/testing/silent-log";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

test.skipIf(redisIsMissing)("PostgreSQL restarted in mid-run: the run succeeds and repeats nothing that was finished", async () => {
  using dataDir = temporaryDataDir();
  const tcpPort = await freePort();
  await using server = await startEmbeddedPostgres({ dataDir: dataDir.path, log: silentLog, tcpPort, maxConnections: 80 });
  const { user, password, database } = server.connection;
  const databaseUrl = `postgres://${user}:${password}@127.0.0.1:${tcpPort}/${database}`;
  const address = addressFromUrl(databaseUrl);
  await migrate(address);
  await (await openBossQueue({ address, log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
  await using installation = await startInstallation("distributed", { fake, databaseUrl });
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());

  for (const callsBefore of [1, 4, 7]) {
    fake.clearJournal();
    const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
    await fake.waitForCalls(callsBefore, 30_000);
    const restartedAt = Date.now();
    await restart();
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

  /** As `pg_ctl restart -m fast`: every connection is ended, the supervisor starts it again. */
  async function restart(): Promise<void> {
    const before = server.serverPid;
    process.kill(before, "SIGINT");
    for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) if (server.serverPid && server.serverPid !== before) return;
    throw new Error("PostgreSQL did not come back");
  }
});
