import { permissionsOf } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { insertMember } from "../members/member-repository.ts";
import type { System } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { type FoundInvitation, findInvitationsByAddress, markEmailVerified, takeInvitation } from "./invitation-repository.ts";
import { isStillGood, requireOpenInvitation } from "./require-open-invitation.ts";

type Needs = Pick<System, "db" | "statements" | "now" | "newId">;

/**
 * Makes a person a member of the workspace that a token invites to; of many at once one does. The address must be the
 * invited one, which counts as verified with it, since the link was mailed there. Works across workspaces: the person is
 * not in that one yet.
 */
export async function joinByInvitation(
  system: Needs,
  person: { userId: string; name: string; email: string },
  token: string,
): Promise<FoundInvitation> {
  const invitation = await requireOpenInvitation(system, token);
  const { email } = invitation;
  if (person.email.toLowerCase() !== email)
    throw new AppError("forbidden", `This invitation is for ${email}. Sign in with that address, or ask for an invitation to yours.`);
  await join(system, person, invitation);
  return invitation;
}

/**
 * The same for a person whose address another's sign-in has proven: they become a member wherever it is invited to. Returns
 * how many workspaces that were.
 */
export async function joinByAddress(system: Needs, person: { userId: string; name: string; email: string }): Promise<number> {
  const found = await findInvitationsByAddress(system.statements, person.email, system.now());
  const good = found.filter(isStillGood);
  for (const invitation of good) await join(system, person, invitation);
  return good.length;
}

/** Whether an invitation that counts names the address. */
export async function isInvited(system: Pick<System, "statements" | "now">, email: string): Promise<boolean> {
  return (await findInvitationsByAddress(system.statements, email, system.now())).some(isStillGood);
}

async function join(system: Needs, person: { userId: string; name: string }, invitation: FoundInvitation): Promise<void> {
  const { workspaceId, role, customRoleId, email } = invitation;
  const permissions = permissionsOf(role, invitation.customPermissions);
  const actor = { kind: "user" as const, userId: person.userId, apiKeyId: null, name: person.name, workspaceId, role, permissions };
  await inTransaction({ ...system, actor }, async (ctx) => {
    const at = ctx.now().toISOString();
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    if (!(await takeInvitation(ctx.db, invitation.tokenHash, person.userId, at)))
      throw new AppError("not_found", "This invitation was used or revoked in this moment.");
    if (!(await insertMember(ctx.db, workspaceId, person.userId, { role, customRoleId }, at)))
      throw new AppError("conflict", "You are a member of this workspace already.");
    await markEmailVerified(ctx.db, person.userId);
    await recordAudit(ctx, { action: "invitation.accepted", subject: invitation.id, detail: { email, role, customRoleId } });
  });
}
