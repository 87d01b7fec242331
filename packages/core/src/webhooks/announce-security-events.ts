import type { SecuritySeverity } from "@crew/contracts/security-events";
import type { System } from "../system.ts";
import { deliverWebhookJob } from "./deliver-webhook.ts";
import { insertDelivery } from "./webhook-delivery-repository.ts";
import { findListeners } from "./webhook-repository.ts";

/** Of one batch, for one webhook: an attack must not become a flood of calls to somebody else. */
const MOST_DELIVERIES = 20;

const RANK: Record<SecuritySeverity, number> = { info: 0, warning: 1, critical: 2 };

export interface AnnouncedEvent {
  workspaceId: string;
  kind: string;
  severity: SecuritySeverity;
  userId: string | null;
  address: string | null;
  detail: Record<string, unknown>;
  count: number;
  at: string;
}

/** Writes a delivery, with its job, for each webhook that listens; what it tells of is in its rows already. */
export async function announceSecurityEvents(
  system: Pick<System, "db" | "statements" | "queue" | "newId">,
  events: readonly AnnouncedEvent[],
): Promise<void> {
  const workspaceIds = [...new Set(events.map(({ workspaceId }) => workspaceId))];
  if (workspaceIds.length === 0) return;
  for (const listener of await findListeners(system.statements, workspaceIds)) {
    const heard = events.filter(
      ({ workspaceId, kind, severity }) =>
        workspaceId === listener.workspaceId &&
        RANK[severity] >= RANK[listener.minSeverity] &&
        listener.events.some((beginning) => `security.${kind}`.startsWith(beginning)),
    );
    for (const { workspaceId, kind, at, ...data } of heard.slice(0, MOST_DELIVERIES)) {
      const id = system.newId("delivery");
      await system.db.transaction(async (transaction) => {
        const db = transaction as unknown as System["db"];
        const delivery = { id, workspaceId, webhookId: listener.id, type: `security.${kind}`, payload: { ...data }, createdAt: at };
        await insertDelivery(db, delivery);
        await system.queue.send(db, deliverWebhookJob, { deliveryId: id, attempts: 0 });
      });
    }
  }
}
