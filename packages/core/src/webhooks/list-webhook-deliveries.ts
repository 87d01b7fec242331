import type { Page } from "@crew/contracts/page";
import type { ListWebhookDeliveries, WebhookDelivery } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { listDeliveryPage } from "./webhook-delivery-repository.ts";
import { findWebhook } from "./webhook-repository.ts";

export async function listWebhookDeliveries(
  ctx: Ctx<"db">,
  webhookId: string,
  query: ListWebhookDeliveries,
): Promise<Page<WebhookDelivery>> {
  requirePermission(ctx, "webhooks:read");
  if (!(await findWebhook(ctx.db, ctx.actor.workspaceId, webhookId))) throw notFound("webhook");
  return listDeliveryPage(ctx.db, ctx.actor.workspaceId, webhookId, query);
}
