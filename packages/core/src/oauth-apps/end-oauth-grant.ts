import { actingFor } from "../access/acting-for.ts";
import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { System } from "../system.ts";
import { findOAuthClient } from "./oauth-client-repository.ts";
import { findOAuthGrant, removeOAuthGrant } from "./oauth-grant-repository.ts";

/**
 * The authorization server ends a grant by itself: the app gave its token back, or a code or refresh token came a second
 * time, so that somebody has a copy of it.
 */
export async function endOAuthGrant(system: System, grantId: string, why: "returned" | "reused"): Promise<void> {
  const grant = await findOAuthGrant(system.db, grantId);
  const client = grant && (await findOAuthClient(system.db, grant.clientId));
  if (!grant || !client) return;
  const actor: Actor = {
    kind: "oauth_client",
    userId: grant.userId,
    apiKeyId: null,
    oauthClientId: client.id,
    name: client.name,
    workspaceId: grant.workspaceId,
    role: "viewer",
    permissions: [],
  };
  const isEnded = await inTransaction(actingFor(system, actor), async (ctx) => {
    // Of many replays at once one ends it and leaves the trace.
    if (!(await removeOAuthGrant(ctx.db, grant, grantId))) return false;
    const action = why === "reused" ? "oauth_grant.reuse_detected" : "oauth_grant.revoked";
    await recordAudit(ctx, { action, subject: grantId, detail: { clientId: client.id } });
    return true;
  });
  if (!isEnded) return;
  system.bus.publish(`actor:${grantId}`, { type: "revoked" });
  if (why === "reused")
    noteSecurityEvent(system, {
      kind: "oauth_token.reused",
      userId: grant.userId,
      workspaceId: grant.workspaceId,
      detail: { clientId: client.id, grantId },
    });
}
