import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { endWithTests } from "./spawn-process.ts";

export interface TestRedis extends AsyncDisposable {
  url: string;
  /** `kill -9`, with all that was in it. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
  /** Alive but silent: the sockets stay open. */
  freeze(): void;
  thaw(): void;
}

/** Why tests with Redis are skipped; `undefined` where they can run. Said once, loudly, by whoever skips. */
export const redisIsMissing: string | undefined =
  spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "there is no redis-server on the PATH";
if (redisIsMissing) console.warn(`SKIPPED with Redis: ${redisIsMissing}`);

/** Logical databases of a test's Redis: enough that tests which share it seldom meet. */
export const REDIS_DATABASES = 4096;

/** A Redis of its own on loopback that writes nothing to disk. */
export async function startTestRedis(): Promise<TestRedis> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = spawn(
      "redis-server",
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", String(REDIS_DATABASES)],
      { stdio: "ignore" },
    );
    endWithTests(child);
    for (let attempt = 0; attempt < 200; attempt++) {
      if (await answers(port)) return;
      await delay(25);
    }
    throw new Error("redis-server did not start");
  }

  async function kill(): Promise<void> {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: kill,
  };
}

async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
  socket.once("data", (data) => resolve(data.toString().startsWith("+PONG")));
  socket.once("error", () => resolve(false));
  const isUp = await promise;
  socket.destroy();
  return isUp;
}
