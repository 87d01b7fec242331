import { randomInt, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { WORKER_LOCK_CLASS } from "@crew/core/runs/execute/claim";
import { registerWorker, unregisterWorker } from "@crew/core/runs/execute/worker-leases";
import type { HeldLock } from "@crew/core/system";
import { syncBuiltinTools } from "@crew/core/tools/sync-builtin-tools";
import { operationGauges } from "@crew/core/workers/operation-gauges";
import type { OpenSystem } from "@crew/platform/open-system";
import { jobHandlers } from "./handlers.ts";
import { RunLoop } from "./run-loop.ts";
import { Scheduler } from "./scheduler.ts";
import { WebhookLoop } from "./webhook-loop.ts";
import type { WorkerOptions } from "./worker-options.ts";

export interface Worker extends AsyncDisposable {
  readonly id: string;
  /** Stops claiming, lets steps in flight finish, hands the rest back. */
  drain(): Promise<void>;
}

const RETRY_LOCK_MS = 1_000;

/**
 * Moves runs and handles jobs until it is drained. While it lives it holds an advisory lock on a connection of its own:
 * when the process dies PostgreSQL frees the lock, and the other workers take over its runs within about a second.
 */
export async function startWorker(system: OpenSystem, options: WorkerOptions): Promise<Worker> {
  const loop = new RunLoop(system, options);
  const scheduler = new Scheduler(system);
  let lock: HeldLock | undefined;
  let isStopping = false;

  async function join(): Promise<void> {
    const id = randomUUID();
    const lockKey = randomInt(1, 2 ** 31 - 1);
    const held = await system.locks.hold(WORKER_LOCK_CLASS, lockKey);
    if (!held) return join();
    try {
      await registerWorker(held, {
        id,
        lockKey,
        host: hostname(),
        pid: process.pid,
        capacity: options.capacity,
        version: system.installation.version,
      });
    } catch (error) {
      await held[Symbol.asyncDispose]();
      throw error;
    }
    held.onLost(() => {
      // Without the lock others may take the runs over at any moment: drop them and come back as a new worker.
      loop.abandon();
      if (!isStopping) void rejoin();
    });
    lock = held;
    loop.begin(id, held);
  }

  async function rejoin(): Promise<void> {
    try {
      await syncBuiltinTools(system);
      await join();
    } catch (error) {
      system.log.warn({ err: error }, "the worker cannot reach the database");
      if (!isStopping) setTimeout(() => void rejoin(), RETRY_LOCK_MS);
    }
  }

  await syncBuiltinTools(system);
  await join();
  operationGauges(system);
  const stopListening = await loop.listen();
  const webhooks = new WebhookLoop(system);
  await webhooks.start();
  await system.work(jobHandlers(system));
  scheduler.begin();
  const drain = async () => {
    if (isStopping) return;
    isStopping = true;
    await scheduler.stop();
    await stopListening().catch(() => {});
    const graceMs = options.drainMs ?? 10_000;
    await Promise.all([loop.drain(graceMs), webhooks.drain(graceMs)]);
    if (!lock) return;
    await unregisterWorker(lock, loop.workerId).catch(() => {});
    await lock[Symbol.asyncDispose]();
  };
  return {
    get id() {
      return loop.workerId;
    },
    drain,
    [Symbol.asyncDispose]: drain,
  };
}
