import { randomInt, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { WORKER_LOCK_CLASS } from "@crew/core/runs/execute/claim";
import { registerWorker, unregisterWorker } from "@crew/core/runs/execute/worker-leases";
import type { HeldLock } from "@crew/core/system";
import { syncBuiltinTools } from "@crew/core/tools/sync-builtin-tools";
import type { OpenSystem } from "@crew/platform/open-system";
import { DRAIN_MS, startBackground } from "./background.ts";
import { RunLoop } from "./run-loop.ts";
import type { WorkerOptions } from "./worker-options.ts";

export interface Worker extends AsyncDisposable {
  readonly id: string;
  /** Stops claiming, lets steps in flight finish, hands the rest back. */
  drain(): Promise<void>;
}

const RETRY_LOCK_MS = 1_000;

/**
 * Moves runs, and does what a scheduler does, until it is drained. While it lives it holds an advisory lock on a connection of its own:
 * when the process dies PostgreSQL frees the lock, and the other workers take over its runs within about a second.
 */
export async function startWorker(system: OpenSystem, options: WorkerOptions): Promise<Worker> {
  const loop = new RunLoop(system, options);
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
  const stopListening = await loop.listen();
  const background = options.runsOnly ? undefined : await startBackground(system);
  const drain = async () => {
    if (isStopping) return;
    isStopping = true;
    await stopListening().catch(() => {});
    const graceMs = options.drainMs ?? DRAIN_MS;
    await Promise.all([loop.drain(graceMs), background?.drain(graceMs)]);
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
