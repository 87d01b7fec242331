import type { HeldLock, System } from "../../system.ts";
import type { Claim, ClaimTurn } from "./claim.ts";
import {
  type ClaimedRuns,
  claimOverdueRows,
  claimRunRows,
  FIRST_TURN,
  registerWorkerRow,
  renewLeaseRows,
  type SweptRuns,
  sweepRunRows,
  unregisterWorkerRow,
} from "./claim-repository.ts";

/** What a worker does with its claims; the rows behind it are the claim repository's. */

export function registerWorker(
  lock: HeldLock,
  worker: { id: string; lockKey: number; host: string; pid: number; capacity: number; version: string },
): Promise<void> {
  return registerWorkerRow(lock, worker);
}

export function unregisterWorker(lock: HeldLock, workerId: string): Promise<void> {
  return unregisterWorkerRow(lock, workerId);
}

/** Takes up to `limit` runs from the queue. */
export async function claimRuns(system: Pick<System, "statements">, workerId: string, limit: number): Promise<Claim[]> {
  return (await claimInTurn(system, workerId, limit)).claims;
}

/** The same for one who claims again and again: `turn` is where the claim before has come to. */
export function claimInTurn(
  system: Pick<System, "statements">,
  workerId: string,
  limit: number,
  turn: ClaimTurn = FIRST_TURN,
): Promise<ClaimedRuns> {
  return claimRunRows(system.statements, workerId, limit, turn);
}

/** The heartbeat: renews the leases of these runs; tells which are still held and which of those are to stop. */
export function renewLeases(
  lock: HeldLock,
  workerId: string,
  runIds: readonly string[],
): Promise<{ runId: string; isCancelled: boolean }[]> {
  return renewLeaseRows(lock, workerId, runIds);
}

/** Takes runs that are over their deadline and that nobody holds, to end them. */
export function claimOverdueRuns(system: Pick<System, "statements">, workerId: string, limit: number): Promise<Claim[]> {
  return claimOverdueRows(system.statements, workerId, limit);
}

/** Puts back into the queue what lost its worker and what is due; tells whether some are over their deadline. */
export function sweepRuns(system: Pick<System, "statements">): Promise<SweptRuns> {
  return sweepRunRows(system.statements);
}
