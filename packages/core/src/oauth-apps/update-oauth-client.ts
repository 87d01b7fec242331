import type { OAuthClient, UpdateOAuthClient } from "@crew/contracts/oauth-clients";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { checkRedirectUris } from "./check-redirect-uris.ts";
import { requireUse } from "./create-oauth-client.ts";
import { findOAuthClientForUpdate, updateOAuthClientRow } from "./oauth-client-repository.ts";
import { requireAppScopes } from "./require-app-scopes.ts";

/** Fewer scopes count at once: what was given before is cut down with them. */
export async function updateOAuthClient(
  ctx: Ctx<"db" | "now" | "newId" | "bus">,
  clientId: string,
  input: UpdateOAuthClient,
): Promise<OAuthClient> {
  requirePermission(ctx, "oauth-clients:write");
  const changed = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const found = await findOAuthClientForUpdate(ctx.db, workspaceId, clientId);
    if (!found) throw notFound("app");
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const next: OAuthClient = { ...found, ...given };
    if (input.scopes) {
      const added = input.scopes.filter((scope) => !found.scopes.includes(scope));
      requireAppScopes(ctx, added);
    }
    checkRedirectUris(next.redirectUris, next.kind);
    requireUse(next);
    const { name, redirectUris, actsAlone, scopes } = next;
    await updateOAuthClientRow(ctx.db, workspaceId, clientId, { name, redirectUris, actsAlone, scopes });
    await recordAudit(ctx, { action: "oauth_client.updated", subject: clientId, detail: { name, redirectUris, actsAlone, scopes } });
    return next;
  });
  ctx.bus.publish(`actor:${clientId}`, { type: "revoked" });
  return changed;
}
