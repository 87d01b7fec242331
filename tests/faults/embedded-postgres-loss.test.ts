import { readdirSync, readFileSync } from "node:fs";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { processFamily, stillRunning } from "@crew/testing/process-family";
import { startInstallation } from "@crew/testing/start-installation";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { TWELVE_STEPS_MODEL_CALLS, TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

test("the embedded platform starts its PostgreSQL again when that is killed in mid-run, and repeats nothing that was finished", async () => {
  await using fake = await startFakeProvider({ script: TWELVE_STEPS_SCRIPT });
  await using installation = await startInstallation("embedded", { fake });
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());
  const platform = installation.service("platform").pid;
  const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
  await fake.waitForCalls(4, 30_000);
  const killedAt = Date.now();
  process.kill(postmaster(platform), "SIGKILL");
  const run = await ada.untilRun(id, undefined, 90_000);
  console.log(`done ${Date.now() - killedAt} ms after the database was killed, attempt ${run.attempt}, ${fake.journal.length} calls`);
  const told = { run, events: await ada.events(id), ledger: await ada.ledger(id), stepsExpected: 12 };
  expect(findBrokenPromises(told)).toEqual([]);
  expect(fake.journal.length).toBeLessThanOrEqual(TWELVE_STEPS_MODEL_CALLS + 1);
  expect(stillRunning([platform])).toEqual([platform]);
  // A connection that the loss left checked out would keep it from stopping.
  expect(await installation.service("platform").stop()).toBe(0);
});

/** The server process itself, not the one that watches over it or one of its own. */
function postmaster(platform: number): number {
  const isPostgres = (pid: number) => /postgres/.test(readFileSync(`/proc/${pid}/comm`, "utf8"));
  const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  const servers = processFamily(platform).filter((pid) => readdirSync("/proc").includes(String(pid)) && isPostgres(pid));
  const first = servers.find((pid) => !servers.includes(parentOf(pid)));
  if (!first) throw new Error("the platform has no PostgreSQL");
  return first;
}
