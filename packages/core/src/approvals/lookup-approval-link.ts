import type { LinkedApproval } from "@crew/contracts/approvals";
import { notFound } from "../app-error.ts";
import type { Ctx, System } from "../system.ts";
import { findInboxApproval } from "./approval-repository.ts";
import { linkActor, requireOpenLink } from "./link-actor.ts";

/** For the page behind a mailed link. Looking decides nothing, so that a scanner of mail may look. */
export async function lookupApprovalLink(system: System & Pick<Ctx, "request">, token: string): Promise<LinkedApproval> {
  const link = await requireOpenLink(system, token);
  const { workspaceName, expiresAt } = link;
  // A link proves a mailbox and no second factor.
  if (link.requiresSecondFactor) return { workspaceName, actingAs: link.email, needsSignIn: true, approval: null, expiresAt };
  const ctx = await linkActor(system, link, system.request);
  const approval = await findInboxApproval(ctx.db, link.workspaceId, link.approvalId);
  if (!approval) throw notFound("approval");
  return { workspaceName, actingAs: ctx.actor.name, needsSignIn: false, approval, expiresAt };
}
