import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { WebhookDeliveryId, WebhookId } from "./ids.ts";
import { listOf, PageQuery, pageOf } from "./page.ts";
import { SecuritySeverity } from "./security-events.ts";

export const MAX_WEBHOOKS = 20;

const webhookFields = {
  /** Asked with POST; redirects are not followed. */
  url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).max(500),
  /** Beginnings of event types, such as `run.` or `run.failed`. Security events take `security:read` to choose. */
  events: z
    .array(
      z
        .string()
        .max(80)
        .regex(/^[a-z][a-z0-9_.]*$/, "must be the beginning of an event type like run.failed"),
    )
    .min(1)
    .max(20),
  /** Of security events, those that are at least as severe. */
  minSeverity: SecuritySeverity,
};

/** An address that is told what happens here, signed by Standard Webhooks 1.0. */
export const Webhook = z
  .object({
    id: WebhookId,
    ...webhookFields,
    isEnabled: z.boolean(),
    /** Why it was switched off by itself, such as an answer 410. */
    disabledBecause: z.string().nullable(),
    /** Since when nothing was taken; after five days it is switched off. */
    failingSince: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;

/** `secret` (`whsec_…`) is shown this once; the receiver checks signatures with it. */
export const NewWebhook = Webhook.extend({ secret: z.string() }).meta({ id: "NewWebhook" });
export type NewWebhook = z.infer<typeof NewWebhook>;

export const CreateWebhook = z
  .strictObject({
    ...webhookFields,
    minSeverity: webhookFields.minSeverity.default("warning"),
  })
  .meta({ id: "CreateWebhook" });
export type CreateWebhook = z.infer<typeof CreateWebhook>;

export const UpdateWebhook = z
  .strictObject({
    url: webhookFields.url.optional(),
    events: webhookFields.events.optional(),
    minSeverity: webhookFields.minSeverity.optional(),
    isEnabled: z.boolean().optional(),
  })
  .meta({ id: "UpdateWebhook" });
export type UpdateWebhook = z.infer<typeof UpdateWebhook>;

export const WebhookDelivery = z
  .object({
    id: WebhookDeliveryId,
    webhookId: WebhookId,
    type: z.string(),
    /** `failed`: given up after a day. */
    state: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    responseStatus: z.int().nullable(),
    error: z.string().nullable(),
    nextAttemptAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

/** One POST and what came of it. */
export const WebhookAttempt = z
  .object({
    /** One that is missing was under way when its process died; it was made again. */
    number: z.int(),
    startedAt: z.iso.datetime(),
    durationMs: z.int(),
    responseStatus: z.int().nullable(),
    /** The beginning of the answer's body, without known secrets. */
    responseExcerpt: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "WebhookAttempt" });
export type WebhookAttempt = z.infer<typeof WebhookAttempt>;

export const WebhookDeliveryDetail = WebhookDelivery.extend({
  /** The message's `data`; `null` for a security event, to those who may not see these. */
  payload: z.record(z.string(), z.unknown()).nullable(),
  /** Oldest first; the last fifty. */
  log: z.array(WebhookAttempt),
}).meta({ id: "WebhookDeliveryDetail" });
export type WebhookDeliveryDetail = z.infer<typeof WebhookDeliveryDetail>;

const ListWebhookDeliveries = z.strictObject({
  ...PageQuery.shape,
  state: WebhookDelivery.shape.state.optional(),
  /** The beginning of an event type. */
  type: z
    .string()
    .max(80)
    .regex(/^[a-z0-9_.]+$/, "must be the beginning of an event type like run.failed")
    .optional(),
});
export type ListWebhookDeliveries = z.infer<typeof ListWebhookDeliveries>;

export const RedeliverFailed = z.strictObject({ since: z.iso.datetime() }).meta({ id: "RedeliverFailed" });
export type RedeliverFailed = z.infer<typeof RedeliverFailed>;

const webhookParams = z.strictObject({ webhookId: WebhookId });

export const webhookEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/webhooks",
    tag: "Webhooks",
    summary: "List the addresses that are told what happens",
    response: listOf(Webhook),
    needs: "webhooks:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/webhooks",
    tag: "Webhooks",
    summary: "Tell an address what happens; its signing secret is shown once",
    body: CreateWebhook,
    response: NewWebhook,
    needs: "webhooks:write",
    status: 201,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/webhooks/:webhookId",
    tag: "Webhooks",
    summary: "Change a webhook, or switch it on again",
    params: webhookParams,
    body: UpdateWebhook,
    response: Webhook,
    needs: "webhooks:write",
    status: 200,
  }),
  rotateSecret: endpoint({
    method: "POST",
    path: "/v1/webhooks/:webhookId/secret",
    tag: "Webhooks",
    summary: "Give a webhook a new signing secret; the old one signs beside it for a day",
    params: webhookParams,
    body: z.strictObject({}).default({}),
    response: NewWebhook,
    needs: "webhooks:write",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/webhooks/:webhookId",
    tag: "Webhooks",
    summary: "Delete a webhook with its deliveries",
    params: webhookParams,
    response: z.null(),
    needs: "webhooks:write",
    status: 204,
  }),
  test: endpoint({
    method: "POST",
    path: "/v1/webhooks/:webhookId/test",
    tag: "Webhooks",
    summary: "Send a webhook.test event",
    params: webhookParams,
    body: z.strictObject({}).default({}),
    response: WebhookDelivery,
    needs: "webhooks:write",
    status: 202,
  }),
  deliveries: endpoint({
    method: "GET",
    path: "/v1/webhooks/:webhookId/deliveries",
    tag: "Webhooks",
    summary: "List what was sent to a webhook, newest first",
    params: webhookParams,
    query: ListWebhookDeliveries,
    response: pageOf(WebhookDelivery),
    needs: "webhooks:read",
    status: 200,
  }),
  redeliverFailed: endpoint({
    method: "POST",
    path: "/v1/webhooks/:webhookId/redeliver",
    tag: "Webhooks",
    summary: "Send again what was given up since a moment, a thousand at most, the oldest first",
    params: webhookParams,
    body: RedeliverFailed,
    response: z.object({ count: z.int() }),
    needs: "webhooks:write",
    status: 202,
  }),
  delivery: endpoint({
    method: "GET",
    path: "/v1/webhook-deliveries/:deliveryId",
    tag: "Webhooks",
    summary: "Get a delivery with its message and every attempt",
    params: z.strictObject({ deliveryId: WebhookDeliveryId }),
    response: WebhookDeliveryDetail,
    needs: "webhooks:read",
    status: 200,
  }),
  redeliver: endpoint({
    method: "POST",
    path: "/v1/webhook-deliveries/:deliveryId/redeliver",
    tag: "Webhooks",
    summary: "Send a delivery again, under its own id",
    params: z.strictObject({ deliveryId: WebhookDeliveryId }),
    body: z.strictObject({}).default({}),
    response: WebhookDelivery,
    needs: "webhooks:write",
    status: 202,
  }),
} as const;
