import type { HeldLock, System } from "../../system.ts";
import type { Claim } from "./claim.ts";
import { claimRunRows, registerWorkerRow, renewLeaseRows, sweepRunRows, unregisterWorkerRow } from "./claim-repository.ts";

/** What a worker does with its claims; the rows behind it are the claim repository's. */

export function registerWorker(
  lock: HeldLock,
  worker: { id: string; lockKey: number; host: string; pid: number; capacity: number },
): Promise<void> {
  return registerWorkerRow(lock, worker);
}

export function unregisterWorker(lock: HeldLock, workerId: string): Promise<void> {
  return unregisterWorkerRow(lock, workerId);
}

/** Takes up to `limit` runs from the queue. */
export function claimRuns(system: Pick<System, "statements">, workerId: string, limit: number): Promise<Claim[]> {
  return claimRunRows(system.statements, workerId, limit);
}

/** The heartbeat: renews the leases of these runs; tells which are still held and which of those are to stop. */
export function renewLeases(
  lock: HeldLock,
  workerId: string,
  runIds: readonly string[],
): Promise<{ runId: string; isCancelled: boolean }[]> {
  return renewLeaseRows(lock, workerId, runIds);
}

/** Puts back into the queue what lost its worker and what is due. */
export function sweepRuns(system: Pick<System, "statements">): Promise<{ lost: number; due: number }> {
  return sweepRunRows(system.statements);
}
