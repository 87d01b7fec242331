import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createSocketTicket } from "@crew/core/sessions/create-socket-ticket";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { createActor } from "@crew/testing/actors";
import { openTestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { insertTestRun, writeRunEvents } from "@crew/testing/write-run-events";
import { expect, inject, test } from "vitest";
import { WebSocket } from "ws";

test.skipIf(redisIsMissing || inject("adapters") !== "redis")(
  "as a process of its own it serves what another process writes, and leaves politely",
  { timeout: 120_000 },
  async () => {
    await using redis = await startTestRedis();
    await using system = await openTestSystem({ redisUrl: redis.url });
    const port = await freePort();
    const gateway = spawn(process.execPath, [fileURLToPath(new URL("./main.ts", import.meta.url))], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: system.databaseUrl,
        REDIS_URL: redis.url,
        PORT: String(port),
        HOST: "127.0.0.1",
        CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
        CREW_MASTER_KEY: randomBytes(32).toString("base64"),
        CREW_PUBLIC_URL: "https://crews.example.org",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [gateway.stdout, gateway.stderr]) stream.on("data", (chunk) => (output += chunk));
    const exited = once(gateway, "exit");
    try {
      const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status;
      await expect.poll(ready, { timeout: 60_000, message: output }).toBe(200);
      const actor = await createActor(system);
      const run = await insertTestRun(system, actor);
      const reader = new SocketReader(new WebSocket(`ws://127.0.0.1:${port}/ws`));
      await reader.opened;
      reader.send({ type: "auth", ticket: (await createSocketTicket({ ...system, actor })).ticket });
      reader.send({ type: "subscribe", topic: `run:${run.id}` });
      await reader.next("caught_up");
      system.bus.publish(`run:${run.id}`, { type: "delta", callId: "call_1", offset: 0, text: "Hello" });
      expect((await reader.next("delta")).text).toBe("Hello");
      await writeRunEvents(system, run.id, 1, [{ type: "task_started" }]);
      await reader.next("event", ({ event }) => event.seq === 2);
      gateway.kill("SIGTERM");
      expect(await reader.closed).toBe(1012);
      expect(await exited).toEqual([0, null]);
    } finally {
      if (gateway.exitCode === null) gateway.kill("SIGKILL");
    }
  },
);
