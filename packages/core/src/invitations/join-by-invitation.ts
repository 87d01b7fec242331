import { permissionsOf } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { insertMember } from "../members/member-repository.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { type FoundInvitation, markEmailVerified, takeInvitation } from "./invitation-repository.ts";
import { requireOpenInvitation } from "./require-open-invitation.ts";

/**
 * Makes a person a member of the workspace that a token invites to; of many at once one does. The address must be the
 * invited one, which counts as verified with it, since the link was mailed there. Works across workspaces: the person is
 * not in that one yet.
 */
export async function joinByInvitation(
  system: Pick<System, "db" | "statements" | "now" | "newId">,
  person: { userId: string; name: string; email: string },
  token: string,
): Promise<FoundInvitation> {
  const invitation = await requireOpenInvitation(system, token);
  const { workspaceId, role, customRoleId, email } = invitation;
  if (person.email.toLowerCase() !== email)
    throw new AppError("forbidden", `This invitation is for ${email}. Sign in with that address, or ask for an invitation to yours.`);
  const permissions = permissionsOf(role, invitation.customPermissions);
  const actor = { kind: "user" as const, userId: person.userId, apiKeyId: null, name: person.name, workspaceId, role, permissions };
  await inTransaction({ ...system, actor }, async (ctx) => {
    const at = ctx.now().toISOString();
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    if (!(await takeInvitation(ctx.db, hashOneTimeToken(token), person.userId, at)))
      throw new AppError("not_found", "This invitation was used or revoked in this moment.");
    if (!(await insertMember(ctx.db, workspaceId, person.userId, { role, customRoleId }, at)))
      throw new AppError("conflict", "You are a member of this workspace already.");
    await markEmailVerified(ctx.db, person.userId);
    await recordAudit(ctx, { action: "invitation.accepted", subject: invitation.id, detail: { email, role, customRoleId } });
  });
  return invitation;
}
