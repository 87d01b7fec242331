import type { Issue } from "@crew/contracts/error-codes";
import { mapPayload } from "@crew/contracts/trigger-mapping";
import type { Actor } from "../access/actor.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { queueCrewRun } from "../runs/queue-crew-run.ts";
import { requireStandingActor } from "../runs/standing-actor.ts";
import type { DbPool, System } from "../system.ts";
import { countRepeats, type DeliveryRow, decideDelivery, holdEvent } from "./trigger-delivery-repository.ts";
import type { ListeningTrigger } from "./trigger-repository.ts";

export type EventSystem = Pick<System, "db" | "statements" | "bus" | "metrics" | "now" | "newId">;

/** `started`: by this event or by an earlier delivery of it. `refused`: nothing was started; the delivery waits for a replay. */
export type TakenEvent =
  | { state: "started"; deliveryId: string; runId: string }
  | { state: "refused"; deliveryId: string; why: string; issues: Issue[] };

interface Event {
  messageId: string;
  payload: string;
}

/** What this process takes in at the moment, so that a sender's hurried repeats hold no connection each. */
const underWay = new Map<string, { taken: Promise<TakenEvent>; repeats: number }>();

/** Takes in an event whose signature was found good. Whoever brings it again meanwhile gets the same answer. */
export async function takeEvent(system: EventSystem, trigger: ListeningTrigger, event: Event): Promise<TakenEvent> {
  const key = `${trigger.id} ${event.messageId}`;
  const known = underWay.get(key);
  if (known) {
    known.repeats += 1;
    return known.taken;
  }
  const mine = { taken: takeEventOnce(system, trigger, event), repeats: 0 };
  underWay.set(key, mine);
  try {
    const taken = await mine.taken;
    if (mine.repeats > 0) await countRepeats(system.statements, taken.deliveryId, mine.repeats);
    return taken;
  } finally {
    underWay.delete(key);
  }
}

/**
 * The row of an event, its run and the run's first event are one transaction. Of many processes that do this at once, one
 * decides and the others read what it has decided.
 */
export async function takeEventOnce(system: EventSystem, trigger: ListeningTrigger, event: Event): Promise<TakenEvent> {
  const standing = await requireStandingActor(system.statements, trigger).catch(expectedOnly);
  const { id: triggerId, workspaceId } = trigger;
  const taken = await system.db.transaction(async (transaction) => {
    const db = transaction as unknown as DbPool;
    const row = await holdEvent(db, { id: system.newId("delivery"), workspaceId, triggerId, ...event });
    return decideEvent(system, db, { trigger, row, standing });
  });
  announceEvent(system, trigger, taken);
  return taken;
}

/** The row is held. One that has started a run has been decided for good. */
export async function decideEvent(
  system: EventSystem,
  db: DbPool,
  { trigger, row, standing }: { trigger: ListeningTrigger; row: DeliveryRow; standing: Actor | AppError },
): Promise<TakenEvent> {
  const deliveryId = row.id;
  if (row.state === "started") {
    if (row.runId) return { state: "started", deliveryId, runId: row.runId };
    throw new AppError("conflict", "This event has started a run already, which is not there any more.");
  }
  const { inputs, missing } = mapPayload(trigger.mapping, JSON.parse(row.payload));
  const refuse = async (why: string, issues: Issue[] = []): Promise<TakenEvent> => {
    await decideDelivery(db, deliveryId, { state: "refused", runId: null, why });
    return { state: "refused", deliveryId, why, issues };
  };
  if (missing.length > 0) {
    const issues = missing.map(({ input, path }) => ({ path, message: `has no value, and is to fill the input ${input}` }));
    return refuse(`The event has nothing at ${missing.map(({ path }) => path).join(", ")}.`, issues);
  }
  if (standing instanceof AppError) return refuse(standing.message);
  const documents = trigger.mapping.attachesPayload ? [{ name: "event.json", text: row.payload }] : [];
  const begin = async (inner: DbPool) => {
    const ctx = { ...system, db: inner, actor: standing };
    const run = await queueCrewRun(ctx, trigger.crewId, { inputs, documents }, { kind: "trigger", name: trigger.name });
    const detail = { crewId: trigger.crewId, crewVersion: run.crewVersion, triggerId: trigger.id, deliveryId };
    await recordAudit(ctx, { action: "run.started", subject: run.id, detail });
    return run.id;
  };
  // In a savepoint, so that a start which is refused half-way leaves nothing behind.
  const begun = await db.transaction((savepoint) => begin(savepoint as unknown as DbPool)).catch(expectedOnly);
  if (begun instanceof AppError) return refuse(begun.message);
  await decideDelivery(db, deliveryId, { state: "started", runId: begun, why: null });
  return { state: "started", deliveryId, runId: begun };
}

/** After the commit. */
export function announceEvent(system: EventSystem, { id, workspaceId }: ListeningTrigger, taken: TakenEvent): void {
  system.metrics.count("trigger_events", { state: taken.state });
  system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "trigger", id });
  if (taken.state === "started") system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: taken.runId });
}

export function expectedOnly(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}
