import { setTimeout as sleep } from "node:timers/promises";
import { openLiveSocket } from "@crew/client/open-live-socket";
import type { RunEvent } from "@crew/contracts/run-events";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { joinInstallation } from "@crew/testing/join-installation";
import { startInstallation } from "@crew/testing/start-installation";
import { redisIsMissing } from "@crew/testing/start-test-redis";
import { expect, test } from "vitest";
import { findBrokenPromises } from "./broken-promises.ts";
import { TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

test.skipIf(redisIsMissing)("Redis killed in mid-run and started again: the run succeeds, a page sees every event once", async () => {
  await using fake = await startFakeProvider({
    script: { defaults: { ...TWELVE_STEPS_SCRIPT.defaults, firstByteDelayMs: 400 } },
  });
  await using installation = await startInstallation("distributed", { fake });
  const { redis } = installation;
  if (!redis) throw new Error("a distributed installation has a Redis");
  const ada = await joinInstallation(installation.origin);
  const crew = await ada.call("POST", "/v1/crews", twelveSteps());
  const { id } = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "tides" } });
  const seen: RunEvent[] = [];
  const socket = openLiveSocket({
    url: `${installation.origin.replace("http", "ws")}/ws`,
    getTicket: async () => (await ada.call("POST", "/v1/socket-tickets")).ticket,
  });
  socket.subscribe(`run:${id}`, { after: 0, onEvent: (event) => void seen.push(event) });
  try {
    await fake.waitForCalls(2);
    await redis.kill();
    const before = seen.length;
    await fake.waitForCalls(4, 30_000);
    expect((await ada.run(id)).state).toBe("running");
    await redis.start();
    const run = await ada.untilRun(id);
    const stored = await ada.events(id);
    expect(findBrokenPromises({ run, events: stored, ledger: await ada.ledger(id), stepsExpected: 12 })).toEqual([]);
    expect(run.attempt).toBe(1);
    const endedAt = Date.now();
    for (const end = endedAt + 20_000; seen.length < stored.length && Date.now() < end; ) await sleep(50);
    console.log(
      `${before} events before Redis was lost, ${stored.length} in all; the last came ${Date.now() - endedAt} ms after the end was read`,
    );
    expect(seen).toEqual(stored);
  } finally {
    socket.close();
  }

  // With Redis back, live text flows again.
  const second = await ada.call("POST", `/v1/crews/${crew.id}/runs`, { inputs: { topic: "moons" } });
  expect((await ada.untilRun(second.id)).state).toBe("succeeded");
});
