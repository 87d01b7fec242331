import { createActor } from "@crew/testing/actors";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { startTestRedis } from "@crew/testing/start-test-redis";
import { insertTestRun, writeRunEvents } from "@crew/testing/write-run-events";
import { expect, inject, test } from "vitest";
import { WebSocket } from "ws";

const isOther = inject("adapters") !== "redis";

test.skipIf(isOther)("without Redis events still come, and with it they are live again", { timeout: 60_000 }, async () => {
  await using redis = await startTestRedis();
  await using system = await openTestSystem({ redisUrl: redis.url });
  // Polls so seldom in calm times that what is live can be told from what was polled.
  await using gateway = await openTestGateway(system, { pollMs: 500, slowPollMs: 3_000 });
  const ada = await createActor(system);
  const run = await insertTestRun(system, ada);
  const follow = async () => {
    const reader = new SocketReader(new WebSocket(gateway.url));
    await reader.opened;
    reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
    reader.send({ type: "subscribe", topic: `run:${run.id}` });
    await reader.next("caught_up");
    return reader;
  };
  const seqs = (reader: SocketReader) => reader.of("event").map(({ event }) => event.seq);

  const reader = await follow();
  await redis.kill();
  await writeRunEvents(system, run.id, 1, [{ type: "task_started" }, { type: "task_completed" }]);
  await reader.next("event", ({ event }) => event.seq === 3);
  // Also a new socket, whose ticket and limits need no Redis.
  const joined = await follow();
  expect(seqs(joined)).toEqual([1, 2, 3]);

  await redis.start();
  let last = 3;
  let quickInRow = 0;
  await expect
    .poll(
      async () => {
        const startedAt = performance.now();
        await writeRunEvents(system, run.id, last, [{ type: "task_started" }]);
        last += 1;
        await reader.next("event", ({ event }) => event.seq === last);
        quickInRow = performance.now() - startedAt < 250 ? quickInRow + 1 : 0;
        return quickInRow;
      },
      { timeout: 40_000, interval: 50 },
    )
    // By chance a poll may come at once, five times in a row it does not.
    .toBeGreaterThanOrEqual(5);
  await joined.next("event", ({ event }) => event.seq === last);
  for (const each of [reader, joined]) {
    expect(seqs(each)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    each.socket.terminate();
  }
});
