import type { Page, PageQuery } from "@crew/contracts/page";
import type { TriggerDelivery } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { listTriggerDeliveryPage } from "./trigger-delivery-repository.ts";
import { findTrigger } from "./trigger-repository.ts";

export async function listTriggerDeliveries(ctx: Ctx<"db">, triggerId: string, page: PageQuery): Promise<Page<TriggerDelivery>> {
  requirePermission(ctx, "triggers:read");
  if (!(await findTrigger(ctx.db, ctx.actor.workspaceId, triggerId))) throw notFound("trigger");
  return listTriggerDeliveryPage(ctx.db, ctx.actor.workspaceId, triggerId, page);
}
