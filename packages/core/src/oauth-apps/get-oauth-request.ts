import type { OAuthRequest } from "@crew/contracts/oauth-grants";
import { permissionsOfScope } from "@crew/contracts/oauth-scopes";
import type { Permission } from "@crew/contracts/permissions";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { permissionsWithin, requirePermission } from "../access/require-permission.ts";
import { userActor } from "../access/user-actor.ts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findMembership } from "../workspaces/find-membership.ts";
import { listWorkspacesOf } from "../workspaces/workspace-repository.ts";
import { findWaitingRequest } from "./oauth-artifact-repository.ts";
import { findOAuthClient } from "./oauth-client-repository.ts";

/** For the page on which a person decides about an app. */
export async function getOAuthRequest(ctx: Ctx<"db" | "statements" | "now">, requestId: string): Promise<OAuthRequest> {
  requirePermission(ctx, "workspace:read");
  const { db } = acrossWorkspaces(ctx);
  const { client, scopes, redirectUri, expiresAt } = await loadOAuthRequest(ctx, requestId);
  const workspaces = [];
  for (const { id, name } of await listWorkspacesOf(db, ctx.actor.userId)) {
    const given = permissionsWithin(scopes, await permissionsIn(ctx, id));
    if (given.length > 0) workspaces.push({ id, name, scopes: given });
  }
  const { id, name, workspaceId } = client;
  const to = new URL(redirectUri);
  return {
    id: requestId,
    client: { id, name, isSelfRegistered: workspaceId === null },
    redirectHost: /^https?:$/.test(to.protocol) ? to.host : to.protocol,
    scopes,
    workspaces,
    expiresAt,
  };
}

/** What is asked: no more than the app may have. Throws `not_found` when nothing waits under this id. */
export async function loadOAuthRequest(ctx: Ctx<"db" | "now">, requestId: string) {
  const { db } = acrossWorkspaces(ctx);
  const request = await findWaitingRequest(db, requestId, ctx.now());
  const client = request && (await findOAuthClient(db, request.params.client_id));
  if (!request || !client) throw new AppError("not_found", "This request was answered or is over. Start again from the app.");
  const scopes = permissionsWithin(client.scopes, permissionsOfScope(request.params.scope ?? ""));
  return { client, scopes, redirectUri: request.params.redirect_uri, expiresAt: request.expiresAt };
}

/** The person's own, in one of their workspaces; nothing where they are no member or lack a second factor. */
export async function permissionsIn(ctx: Ctx<"statements">, workspaceId: string): Promise<readonly Permission[]> {
  const membership = await findMembership(acrossWorkspaces(ctx), ctx.actor.userId, workspaceId);
  return membership && !membership.lacksSecondFactor ? userActor(membership).permissions : [];
}
