import type { WebhookEvent } from "@crew/contracts/webhook-events";
import type { Ctx } from "../system.ts";
import { insertOutboxEvents } from "./outbox-repository.ts";

/**
 * Tells the workspace's webhooks, in the transaction that does what is told: call it inside `inTransaction`. Where no
 * webhook listens nothing is written. Who has a statement of its own puts `insertsOutbox` into it instead.
 */
export async function recordOutboxEvent(ctx: Ctx<"db">, event: WebhookEvent): Promise<void> {
  await insertOutboxEvents(ctx.db, [{ workspaceId: ctx.actor.workspaceId, ...event }]);
}
