import type { DecideOAuthRequest, OAuthDecision } from "@crew/contracts/oauth-grants";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx, System } from "../system.ts";
import { loadOAuthRequest, permissionsIn } from "./get-oauth-request.ts";
import { decideWaitingRequest } from "./oauth-artifact-repository.ts";
import { countOAuthGrants, insertOAuthGrant } from "./oauth-grant-repository.ts";

const MAX_GRANTS = 200;

/** Writes down what the person decides; the browser then takes the answer to the app. */
export async function decideOAuthRequest(
  ctx: System & Ctx<keyof System>,
  requestId: string,
  decision: DecideOAuthRequest,
): Promise<OAuthDecision> {
  requirePermission(ctx, "workspace:read");
  const { client, scopes: asked } = await loadOAuthRequest(ctx, requestId);
  const { userId } = ctx.actor;
  const redirectTo = `${new URL(ctx.installation.publicUrl).origin}/oauth/authorize/${requestId}`;
  const across = acrossWorkspaces(ctx);
  if (!decision.approve) {
    const result = { error: "access_denied", error_description: "the person refused", decidedBy: userId };
    if (!(await decideWaitingRequest(across.db, requestId, ctx.now(), result))) throw decidedAlready();
    return { redirectTo };
  }
  const { workspaceId } = decision;
  const allowed = await permissionsIn(ctx, workspaceId);
  const scopes = [...new Set(decision.scopes)];
  const issues = scopes.flatMap((scope, index) =>
    asked.includes(scope) && allowed.includes(scope)
      ? []
      : [{ path: `scopes.${index}`, message: `${scope} was not asked for, or is not yours to give there` }],
  );
  if (issues.length > 0) throw new AppError("invalid", "The app cannot be given this.", { issues });
  const grantId = ctx.newId("grant");
  // The grant and the trace belong to the workspace that was chosen, which need not be the one that the page is in.
  await inTransaction({ ...across, actor: { ...ctx.actor, workspaceId } }, async (ctx) => {
    const result = { login: { accountId: userId }, consent: { grantId } };
    if (!(await decideWaitingRequest(ctx.db, requestId, ctx.now(), result))) throw decidedAlready();
    if ((await countOAuthGrants(ctx.db, { workspaceId, userId })) >= MAX_GRANTS)
      throw new AppError("conflict", `You gave access to ${MAX_GRANTS} apps in this workspace. Take some away first.`);
    await insertOAuthGrant(ctx.db, { id: grantId, workspaceId, userId, clientId: client.id, scopes, createdAt: ctx.now().toISOString() });
    await recordAudit(ctx, {
      action: "oauth_grant.given",
      subject: grantId,
      detail: { clientId: client.id, clientName: client.name, scopes },
    });
  });
  return { redirectTo };
}

function decidedAlready(): AppError {
  return new AppError("conflict", "This request was answered already. Start again from the app.");
}
