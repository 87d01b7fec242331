import type { WebhookDeliveryDetail } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { isSecurityEvent } from "./require-topics.ts";
import { findDelivery, listAttempts } from "./webhook-delivery-repository.ts";

export async function getWebhookDelivery(ctx: Ctx<"db">, deliveryId: string): Promise<WebhookDeliveryDetail> {
  requirePermission(ctx, "webhooks:read");
  const { workspaceId, permissions } = ctx.actor;
  const delivery = await findDelivery(ctx.db, workspaceId, deliveryId);
  if (!delivery) throw notFound("delivery");
  const isHidden = isSecurityEvent(delivery.type) && !permissions.includes("security:read");
  return { ...delivery, payload: isHidden ? null : delivery.payload, log: await listAttempts(ctx.db, workspaceId, deliveryId) };
}
