import type { NewOAuthClient } from "@crew/contracts/oauth-clients";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { newClientSecret } from "./client-secret.ts";
import { findOAuthClientForUpdate, updateOAuthClientRow } from "./oauth-client-repository.ts";

export async function rotateOAuthClientSecret(ctx: Ctx<"db" | "now" | "newId">, clientId: string): Promise<NewOAuthClient> {
  requirePermission(ctx, "oauth-clients:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const found = await findOAuthClientForUpdate(ctx.db, workspaceId, clientId);
    if (!found) throw notFound("app");
    if (found.kind === "public") throw new AppError("conflict", "This app has no secret: it runs where none can be kept.");
    const { secret, secretHash, secretLastFour } = newClientSecret();
    await updateOAuthClientRow(ctx.db, workspaceId, clientId, { secretHash, secretLastFour });
    await recordAudit(ctx, { action: "oauth_client.secret_rotated", subject: clientId, detail: { name: found.name } });
    return { ...found, secretLastFour, secret };
  });
}
