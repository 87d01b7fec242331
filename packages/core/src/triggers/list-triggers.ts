import type { Page } from "@crew/contracts/page";
import type { ListTriggers, Trigger } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { withUrl } from "./shown-trigger.ts";
import { listTriggerPage } from "./trigger-repository.ts";

export async function listTriggers(ctx: Ctx<"db" | "installation">, query: ListTriggers): Promise<Page<Trigger>> {
  requirePermission(ctx, "triggers:read");
  const { data, nextCursor } = await listTriggerPage(ctx.db, ctx.actor.workspaceId, query);
  return { data: data.map((trigger) => withUrl(ctx, trigger)), nextCursor };
}
