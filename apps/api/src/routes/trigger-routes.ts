import { triggerEndpoints } from "@crew/contracts/triggers";
import { createTrigger } from "@crew/core/triggers/create-trigger";
import { deleteTrigger } from "@crew/core/triggers/delete-trigger";
import { getTrigger } from "@crew/core/triggers/get-trigger";
import { listTriggerDeliveries } from "@crew/core/triggers/list-trigger-deliveries";
import { listTriggers } from "@crew/core/triggers/list-triggers";
import { receiveEvent } from "@crew/core/triggers/receive-event";
import { replayTriggerDelivery } from "@crew/core/triggers/replay-trigger-delivery";
import { rotateTriggerSecret } from "@crew/core/triggers/rotate-trigger-secret";
import { testTrigger } from "@crew/core/triggers/test-trigger";
import { updateTrigger } from "@crew/core/triggers/update-trigger";
import type { RegisterRoute } from "../route.ts";

export function triggerRoutes(route: RegisterRoute): void {
  route(triggerEndpoints.list, (ctx, { query }) => listTriggers(ctx, query));
  route(triggerEndpoints.create, (ctx, { body }) => createTrigger(ctx, body));
  route(triggerEndpoints.get, (ctx, { params }) => getTrigger(ctx, params.triggerId));
  route(triggerEndpoints.update, (ctx, { params, body }) => updateTrigger(ctx, params.triggerId, body));
  route(triggerEndpoints.rotateSecret, (ctx, { params }) => rotateTriggerSecret(ctx, params.triggerId));
  route(triggerEndpoints.delete, (ctx, { params }) => deleteTrigger(ctx, params.triggerId));
  route(triggerEndpoints.test, (ctx, { params, body }) => testTrigger(ctx, params.triggerId, body));
  route(triggerEndpoints.deliveries, (ctx, { params, query }) => listTriggerDeliveries(ctx, params.triggerId, query));
  route(triggerEndpoints.replay, (ctx, { params }) => replayTriggerDelivery(ctx, params.triggerDeliveryId));
}

/** In a scope where bodies stay the text that was signed. */
export function eventRoutes(route: RegisterRoute): void {
  route(triggerEndpoints.receive, (ctx, { params, http }) =>
    receiveEvent(ctx, params.triggerId, { headers: http.headers, body: typeof http.body === "string" ? http.body : "" }),
  );
}
