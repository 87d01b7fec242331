import type { System } from "../system.ts";
import { DISPATCH_AT_ONCE, dispatchOutboxRows } from "./dispatch-repository.ts";
import { OUTBOX_CHANNEL } from "./outbox-repository.ts";

export { DISPATCH_AT_ONCE, OUTBOX_CHANNEL };

/**
 * Turns waiting events into a delivery for each webhook that listens; returns how many events it took, at most
 * `DISPATCH_AT_ONCE`. One statement: a process that dies has done all of it or nothing.
 */
export function dispatchOutbox(system: Pick<System, "statements">): Promise<number> {
  return dispatchOutboxRows(system.statements);
}
