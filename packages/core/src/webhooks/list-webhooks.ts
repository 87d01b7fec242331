import type { Webhook } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listWebhookRows } from "./webhook-repository.ts";

export async function listWebhooks(ctx: Ctx<"db">): Promise<{ data: Webhook[] }> {
  requirePermission(ctx, "webhooks:read");
  return { data: await listWebhookRows(ctx.db, ctx.actor.workspaceId) };
}
