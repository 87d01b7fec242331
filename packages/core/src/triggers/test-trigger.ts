import type { TestTrigger, TriggerDelivery } from "@crew/contracts/triggers";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import type { Ctx } from "../system.ts";
import { signWebhook } from "../webhooks/standard-webhook.ts";
import { receiveEvent } from "./receive-event.ts";
import { findDeliveryOf } from "./trigger-delivery-repository.ts";
import { findListeningTrigger, findTrigger, triggerSecretPlace } from "./trigger-repository.ts";

type Needs = "db" | "statements" | "bus" | "secrets" | "limiter" | "metrics" | "now" | "newId";

/** Signs the event and takes it in on the way that every event takes, so that what works here works outside. */
export async function testTrigger(ctx: Ctx<Needs>, triggerId: string, { payload }: TestTrigger): Promise<TriggerDelivery> {
  requirePermission(ctx, "triggers:write");
  const { workspaceId } = ctx.actor;
  const known = await findTrigger(ctx.db, workspaceId, triggerId);
  if (!known) throw notFound("trigger");
  await requireCrewPermission(ctx, "run", () => known.crewId);
  const listening = await findListeningTrigger(ctx.statements, triggerId);
  const [newest] = listening?.secrets ?? [];
  if (!newest) throw notFound("trigger");
  const secret = await ctx.secrets.open(newest.wrappedKey, { ...triggerSecretPlace(triggerId), workspaceId }, newest.sealed);
  const [id, body] = [`test_${ctx.newId("delivery")}`, payload];
  const timestamp = Math.floor(ctx.now().getTime() / 1000);
  const headers = signWebhook({ id, timestamp, body }, [secret]);
  const refusal = await receiveEvent(acrossWorkspaces(ctx), triggerId, { headers, body }).then(
    () => null,
    (error: unknown) => error,
  );
  const delivery = await findDeliveryOf(ctx.db, workspaceId, { triggerId, messageId: id });
  if (delivery) return delivery;
  throw refusal ?? new AppError("internal", "The event was taken in, but is not there.");
}
