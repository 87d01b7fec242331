import type { NewInvitation } from "@crew/contracts/invitations";
import { requirePermission } from "../access/require-permission.ts";
import { requireStepUp } from "../access/require-step-up.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { refuseMoreThanOwn } from "../members/refuse-more-than-own.ts";
import { requireStanding } from "../members/require-standing.ts";
import { resolveGivenRole } from "../members/resolve-given-role.ts";
import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import { newOneTimeToken } from "../sessions/one-time-token.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { INVITATION_MS } from "./create-invitation.ts";
import { invitationLink } from "./invitation-link.ts";
import { invitationMailJob } from "./invitation-mail-job.ts";
import { findShownInvitation, renewInvitation, tokenPlace } from "./invitation-repository.ts";

/** A fresh link for 7 more days, also when the one before is over; that one counts no more. Who sends it answers for it. */
export async function resendInvitation(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "secrets" | "queue" | "installation">,
  invitationId: string,
): Promise<NewInvitation> {
  requirePermission(ctx, "members:write");
  const { workspaceId, userId } = ctx.actor;
  const now = ctx.now();
  const before = await findShownInvitation(ctx.db, workspaceId, invitationId, now.toISOString());
  if (!before) throw notFound("invitation");
  if ((await resolveGivenRole(ctx, before)).permissions.includes("members:write")) await requireStepUp(ctx);
  const { token, tokenHash } = newOneTimeToken();
  return inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "members:write");
    refuseMoreThanOwn(own, (await resolveGivenRole(ctx, before)).permissions, "Who has this role");
    const tokenEncrypted = await sealForWorkspace(ctx, tokenPlace(invitationId), token);
    const expiresAt = new Date(now.getTime() + INVITATION_MS).toISOString();
    if (!(await renewInvitation(ctx.db, workspaceId, invitationId, { tokenHash, tokenEncrypted, expiresAt, invitedBy: userId })))
      throw new AppError("conflict", "This invitation was accepted or revoked. Make a new one.");
    await ctx.queue.send(ctx.db, invitationMailJob, { invitationId });
    await recordAudit(ctx, { action: "invitation.resent", subject: invitationId, detail: { email: before.email } });
    const invitation = await findShownInvitation(ctx.db, workspaceId, invitationId, now.toISOString());
    if (!invitation) throw notFound("invitation");
    return { ...invitation, link: invitationLink(ctx, token) };
  });
}
