import { AppError } from "../app-error.ts";
import { holdDispatch } from "../outbox/dispatch-repository.ts";
import type { Db, System } from "../system.ts";
import { wakeSenders } from "../webhooks/webhook-delivery-repository.ts";
import { dropHeldDeliveries, letDeliveriesGo, markReleased } from "./restore-guard-repository.ts";

export interface Released {
  sent: number;
  dropped: number;
}

/**
 * For the operator: webhooks of a restored installation are sent what was held. With `dropDeliveries` what may have been
 * sent before is given up instead, with a note; a person can still send each of it anew.
 */
export async function releaseRestored(system: Pick<System, "db">, wanted: { dropDeliveries: boolean }): Promise<Released> {
  return system.db.transaction((db) => releaseWithin(db, wanted));
}

/** The same within a transaction. */
export async function releaseWithin(db: Db, { dropDeliveries }: { dropDeliveries: boolean }): Promise<Released> {
  await holdDispatch(db);
  if (!(await markReleased(db))) throw new AppError("conflict", "Nothing is held: this installation was not restored, or it was released.");
  const dropped = dropDeliveries
    ? await dropHeldDeliveries(db, "Dropped by the operator after a restore: it may have been sent before.")
    : 0;
  const sent = await letDeliveriesGo(db);
  await wakeSenders(db);
  return { sent, dropped };
}
