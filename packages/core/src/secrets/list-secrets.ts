import type { Secret } from "@crew/contracts/secrets";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listSecretRows } from "./secret-repository.ts";

/** Names and what may be told of them; no verb returns a value. */
export async function listSecrets(ctx: Ctx<"db">): Promise<{ data: Secret[] }> {
  requirePermission(ctx, "secrets:read");
  return { data: await listSecretRows(ctx.db, ctx.actor.workspaceId) };
}
