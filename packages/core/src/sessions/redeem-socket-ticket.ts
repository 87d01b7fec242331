import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "../access/actor.ts";
import { permissionsWithin } from "../access/require-permission.ts";
import { userActor } from "../access/user-actor.ts";
import type { System } from "../system.ts";
import { findMembership } from "../workspaces/find-membership.ts";
import { hashOneTimeToken } from "./one-time-token.ts";
import { hasApiKey, hasApp, hasSession, takeSocketTicket } from "./one-time-token-repository.ts";

/**
 * Who may use the socket; `undefined` for a ticket that is unknown, used or over. A session that
 * has ended, a key or an app that was revoked or a role that was taken away since the ticket was made counts here too: a
 * socket lives long.
 */
export async function redeemSocketTicket(ctx: Pick<System, "statements" | "now">, ticket: string): Promise<Actor | undefined> {
  const now = ctx.now();
  const actor = await takeSocketTicket(ctx.statements, hashOneTimeToken(ticket), now);
  if (!actor) return undefined;
  if (actor.apiKeyId !== null && !(await hasApiKey(ctx.statements, uuidFromTypeId(actor.apiKeyId), now))) return undefined;
  const sessionId = actor.sessionId ?? actor.tokenSessionId;
  if (sessionId && !(await hasSession(ctx.statements, sessionId, now))) return undefined;
  if (actor.oauthClientId && !(await hasApp(ctx.statements, actor.oauthClientId, actor.oauthGrantId ?? null))) return undefined;
  const membership = await findMembership(ctx, actor.userId, actor.workspaceId);
  if (!membership || membership.lacksSecondFactor) return undefined;
  return { ...actor, role: membership.role, permissions: permissionsWithin(actor.permissions, userActor(membership).permissions) };
}
