import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findShownInvitation, revokeInvitationRow } from "./invitation-repository.ts";

/** From the commit on its link leads nowhere. */
export async function revokeInvitation(ctx: Ctx<"db" | "now" | "newId">, invitationId: string): Promise<null> {
  requirePermission(ctx, "members:write");
  const { workspaceId } = ctx.actor;
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now().toISOString();
    const invitation = await findShownInvitation(ctx.db, workspaceId, invitationId, now);
    if (!invitation) throw notFound("invitation");
    if (!(await revokeInvitationRow(ctx.db, workspaceId, invitationId, now)))
      throw new AppError(
        "conflict",
        `This invitation is not open any more: it was ${invitation.state === "open" ? "used" : invitation.state}.`,
      );
    await recordAudit(ctx, { action: "invitation.revoked", subject: invitationId, detail: { email: invitation.email } });
    return null;
  });
}
