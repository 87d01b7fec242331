import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeSecret } from "./secret-repository.ts";

export async function deleteSecret(ctx: Ctx<"db" | "now" | "newId">, secretId: string): Promise<null> {
  requirePermission(ctx, "secrets:write");
  return inTransaction(ctx, async (ctx) => {
    const name = await removeSecret(ctx.db, ctx.actor.workspaceId, secretId);
    if (name === undefined) throw notFound("secret");
    await recordAudit(ctx, { action: "secret.deleted", subject: secretId, detail: { name } });
    return null;
  });
}
