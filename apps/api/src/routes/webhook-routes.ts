import { webhookEndpoints } from "@crew/contracts/webhooks";
import { createWebhook } from "@crew/core/webhooks/create-webhook";
import { deleteWebhook } from "@crew/core/webhooks/delete-webhook";
import { getWebhookDelivery } from "@crew/core/webhooks/get-webhook-delivery";
import { listWebhookDeliveries } from "@crew/core/webhooks/list-webhook-deliveries";
import { listWebhooks } from "@crew/core/webhooks/list-webhooks";
import { redeliverFailed } from "@crew/core/webhooks/redeliver-failed";
import { redeliverWebhook } from "@crew/core/webhooks/redeliver-webhook";
import { rotateWebhookSecret } from "@crew/core/webhooks/rotate-webhook-secret";
import { testWebhook } from "@crew/core/webhooks/test-webhook";
import { updateWebhook } from "@crew/core/webhooks/update-webhook";
import type { RegisterRoute } from "../route.ts";

export function webhookRoutes(route: RegisterRoute): void {
  route(webhookEndpoints.list, (ctx) => listWebhooks(ctx));
  route(webhookEndpoints.create, (ctx, { body }) => createWebhook(ctx, body));
  route(webhookEndpoints.update, (ctx, { params, body }) => updateWebhook(ctx, params.webhookId, body));
  route(webhookEndpoints.rotateSecret, (ctx, { params }) => rotateWebhookSecret(ctx, params.webhookId));
  route(webhookEndpoints.delete, (ctx, { params }) => deleteWebhook(ctx, params.webhookId));
  route(webhookEndpoints.test, (ctx, { params }) => testWebhook(ctx, params.webhookId));
  route(webhookEndpoints.deliveries, (ctx, { params, query }) => listWebhookDeliveries(ctx, params.webhookId, query));
  route(webhookEndpoints.redeliverFailed, (ctx, { params, body }) => redeliverFailed(ctx, params.webhookId, body));
  route(webhookEndpoints.delivery, (ctx, { params }) => getWebhookDelivery(ctx, params.deliveryId));
  route(webhookEndpoints.redeliver, (ctx, { params }) => redeliverWebhook(ctx, params.deliveryId));
}
