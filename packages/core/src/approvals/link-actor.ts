import { actingFor } from "../access/acting-for.ts";
import type { Actor } from "../access/actor.ts";
import { userActor } from "../access/user-actor.ts";
import { AppError } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { Ctx, System } from "../system.ts";
import { findMembership } from "../workspaces/find-membership.ts";
import { type ApprovalLink, findApprovalLink } from "./approval-link-repository.ts";
import { findCrewOfApproval } from "./approval-repository.ts";

/** The link that a token opens. Throws `not_found`. */
export async function requireOpenLink(system: Pick<System, "statements" | "now">, token: string): Promise<ApprovalLink> {
  const link = await findApprovalLink(system.statements, hashOneTimeToken(token), system.now());
  if (link) return link;
  throw new AppError("not_found", "This link is over: the question was answered, or the link is too old. Sign in to see what waits now.");
}

/**
 * Whoever a link stands for, with their rights of this moment: a member as they are now, or whom the crew names for
 * questions that nobody answered, who may answer this one and nothing else. Throws `forbidden` for who may not any more.
 */
export async function linkActor<S extends System>(system: S, link: ApprovalLink, request: Ctx["request"]): Promise<S & Ctx> {
  if (link.userId === null) return actingFor(system, contact(link), request);
  const membership = await findMembership(system, link.userId, link.workspaceId);
  if (!membership) throw new AppError("forbidden", "Whom this link was sent to is not in the workspace any more.");
  const ctx = actingFor(system, userActor(membership), request);
  await requireCrewPermission(ctx, "approve", () => findCrewOfApproval(ctx.db, link.workspaceId, link.approvalId));
  return ctx;
}

function contact({ workspaceId, email, approvalId }: ApprovalLink): Actor {
  return {
    kind: "user",
    userId: approvalId,
    apiKeyId: null,
    name: `escalation contact ${email}`,
    workspaceId,
    role: "viewer",
    permissions: [],
  };
}
