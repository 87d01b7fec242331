import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { CrewId, RunId, TriggerDeliveryId, TriggerId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunState } from "./run-states.ts";
import { SetUpBy } from "./schedules.ts";
import { TriggerMapping } from "./trigger-mapping.ts";

export const MAX_TRIGGERS = 50;
/** Of one event. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** `refused`: nothing was started, for the reason that stands there; it can be replayed. */
export const TriggerDeliveryState = z.enum(["started", "refused"]);
export type TriggerDeliveryState = z.infer<typeof TriggerDeliveryState>;

export const TriggerDelivery = z
  .object({
    id: TriggerDeliveryId,
    triggerId: TriggerId,
    /** The sender's `webhook-id`. */
    messageId: z.string(),
    state: TriggerDeliveryState,
    runId: RunId.nullable(),
    runState: RunState.nullable(),
    why: z.string().nullable(),
    /** How often it came. */
    received: z.int(),
    bytes: z.int(),
    /** Beginning of the payload. */
    excerpt: z.string(),
    createdAt: z.iso.datetime(),
    lastReceivedAt: z.iso.datetime(),
  })
  .meta({ id: "TriggerDelivery" });
export type TriggerDelivery = z.infer<typeof TriggerDelivery>;

const triggerFields = {
  name: z.string().trim().min(1).max(80),
  mapping: TriggerMapping,
  isEnabled: z.boolean(),
};

/** An address at which events from outside start a crew. */
export const Trigger = z
  .object({
    id: TriggerId,
    crewId: CrewId,
    crewName: z.string(),
    ...triggerFields,
    /** Where senders post to, signed by Standard Webhooks. */
    url: z.string(),
    /** Until then the secret before the last rotation is good too. */
    formerSecretUntil: z.iso.datetime().nullable(),
    lastDelivery: z.object({ state: TriggerDeliveryState, runId: RunId.nullable(), at: z.iso.datetime() }).nullable(),
    createdBy: SetUpBy,
    /** Whoever saved it last: its runs may do what this person may in their moment. */
    actsFor: SetUpBy,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Trigger" });
export type Trigger = z.infer<typeof Trigger>;

/** `secret` (`whsec_…`) is shown this once; the sender signs with it. */
export const NewTrigger = Trigger.extend({ secret: z.string() }).meta({ id: "NewTrigger" });
export type NewTrigger = z.infer<typeof NewTrigger>;

export const CreateTrigger = z
  .strictObject({
    crewId: CrewId,
    name: triggerFields.name,
    mapping: triggerFields.mapping.default({ inputs: {}, attachesPayload: false }),
    isEnabled: triggerFields.isEnabled.default(true),
  })
  .meta({ id: "CreateTrigger" });
export type CreateTrigger = z.infer<typeof CreateTrigger>;

export const UpdateTrigger = z
  .strictObject({
    name: triggerFields.name.optional(),
    mapping: triggerFields.mapping.optional(),
    isEnabled: triggerFields.isEnabled.optional(),
  })
  .meta({ id: "UpdateTrigger" });
export type UpdateTrigger = z.infer<typeof UpdateTrigger>;

export const ListTriggers = PageQuery.extend({ crewId: CrewId.optional() });
export type ListTriggers = z.infer<typeof ListTriggers>;

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

export const TestTrigger = z
  .strictObject({
    /** The event as JSON, exactly as it is signed. */
    payload: z.string().max(MAX_EVENT_BYTES).refine(isJson, "must be JSON"),
  })
  .meta({ id: "TestTrigger" });
export type TestTrigger = z.infer<typeof TestTrigger>;

/** The same for every delivery of one `webhook-id`. */
export const TriggerAnswer = z.object({ deliveryId: TriggerDeliveryId, runId: RunId }).meta({ id: "TriggerAnswer" });
export type TriggerAnswer = z.infer<typeof TriggerAnswer>;

const triggerParams = z.strictObject({ triggerId: TriggerId });
const deliveryParams = z.strictObject({ triggerDeliveryId: TriggerDeliveryId });
const nothing = z.strictObject({}).default({});

export const triggerEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/triggers",
    tag: "Triggers",
    summary: "List the addresses at which events start crews, newest first",
    query: ListTriggers,
    response: pageOf(Trigger),
    needs: "triggers:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/triggers",
    tag: "Triggers",
    summary: "Let events start a crew; the signing secret is shown once",
    body: CreateTrigger,
    response: NewTrigger,
    needs: "triggers:write",
    status: 201,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/triggers/:triggerId",
    tag: "Triggers",
    summary: "Get a trigger",
    params: triggerParams,
    response: Trigger,
    needs: "triggers:read",
    status: 200,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/triggers/:triggerId",
    tag: "Triggers",
    summary: "Change a trigger, or switch it off and on",
    params: triggerParams,
    body: UpdateTrigger,
    response: Trigger,
    needs: "triggers:write",
    status: 200,
  }),
  rotateSecret: endpoint({
    method: "POST",
    path: "/v1/triggers/:triggerId/secret",
    tag: "Triggers",
    summary: "Give a trigger a new signing secret; the old one is good for another day",
    params: triggerParams,
    body: nothing,
    response: NewTrigger,
    needs: "triggers:write",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/triggers/:triggerId",
    tag: "Triggers",
    summary: "Delete a trigger with its deliveries; its runs stay",
    params: triggerParams,
    response: z.null(),
    needs: "triggers:write",
    status: 204,
  }),
  test: endpoint({
    method: "POST",
    path: "/v1/triggers/:triggerId/test",
    tag: "Triggers",
    summary: "Sign an event and take it in as if it had come from outside; it starts a run",
    params: triggerParams,
    body: TestTrigger,
    response: TriggerDelivery,
    needs: "triggers:write",
    status: 202,
  }),
  deliveries: endpoint({
    method: "GET",
    path: "/v1/triggers/:triggerId/deliveries",
    tag: "Triggers",
    summary: "List the events that came, newest first",
    params: triggerParams,
    query: PageQuery,
    response: pageOf(TriggerDelivery),
    needs: "triggers:read",
    status: 200,
  }),
  replay: endpoint({
    method: "POST",
    path: "/v1/trigger-deliveries/:triggerDeliveryId/replay",
    tag: "Triggers",
    summary: "Try a refused event again, with the mapping as it is now",
    params: deliveryParams,
    body: nothing,
    response: TriggerDelivery,
    needs: "triggers:write",
    status: 202,
  }),
  receive: endpoint({
    method: "POST",
    path: "/v1/triggers/:triggerId/events",
    tag: "Triggers",
    summary: "Start the trigger's crew with an event; the signature (Standard Webhooks) is the credential",
    params: triggerParams,
    response: TriggerAnswer,
    auth: "none",
    status: 202,
    bodyLimitBytes: MAX_EVENT_BYTES,
    signedBody: true,
  }),
} as const;
