import type { CreateInvitation, NewInvitation } from "@crew/contracts/invitations";
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
import { invitationLink } from "./invitation-link.ts";
import { invitationMailJob } from "./invitation-mail-job.ts";
import {
  countOpenInvitations,
  findShownInvitation,
  hasOpenInvitation,
  insertInvitation,
  isMemberByEmail,
  tokenPlace,
} from "./invitation-repository.ts";

const MAX_OPEN_INVITATIONS = 200;
export const INVITATION_MS = 7 * 24 * 60 * 60_000;

/** The link is in the answer and in the mail, and nowhere else in clear. Nobody invites to more than they may themselves. */
export async function createInvitation(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "secrets" | "queue" | "installation">,
  input: CreateInvitation,
): Promise<NewInvitation> {
  requirePermission(ctx, "members:write");
  if ((await resolveGivenRole(ctx, input)).permissions.includes("members:write")) await requireStepUp(ctx);
  const { workspaceId } = ctx.actor;
  const email = input.email.toLowerCase();
  const now = ctx.now();
  const { token, tokenHash } = newOneTimeToken();
  return inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "members:write");
    const given = await resolveGivenRole(ctx, input);
    refuseMoreThanOwn(own, given.permissions, "Who has this role");
    const createdAt = now.toISOString();
    await refuseDoubles(ctx, email, createdAt);
    const id = ctx.newId("invitation");
    await insertInvitation(ctx.db, {
      id,
      workspaceId,
      email,
      role: given.role,
      customRoleId: given.customRoleId,
      tokenHash,
      tokenEncrypted: await sealForWorkspace(ctx, tokenPlace(id), token),
      invitedBy: ctx.actor.userId,
      createdAt,
      expiresAt: new Date(now.getTime() + INVITATION_MS).toISOString(),
    });
    await ctx.queue.send(ctx.db, invitationMailJob, { invitationId: id });
    const { role, customRoleId } = given;
    await recordAudit(ctx, { action: "invitation.created", subject: id, detail: { email, role, customRoleId } });
    const invitation = await findShownInvitation(ctx.db, workspaceId, id, createdAt);
    if (!invitation) throw new Error("an invitation that was just written is gone");
    return { ...invitation, link: invitationLink(ctx, token) };
  });
}

async function refuseDoubles(ctx: Ctx<"db">, email: string, now: string): Promise<void> {
  const { workspaceId } = ctx.actor;
  if (await isMemberByEmail(ctx.db, workspaceId, email))
    throw new AppError("conflict", "Somebody with this e-mail address is a member already.");
  if (await hasOpenInvitation(ctx.db, workspaceId, email, now))
    throw new AppError("conflict", "This address has an open invitation. Send that one again, or revoke it first.");
  if ((await countOpenInvitations(ctx.db, workspaceId, now)) >= MAX_OPEN_INVITATIONS)
    throw new AppError("conflict", `A workspace has at most ${MAX_OPEN_INVITATIONS} open invitations. Revoke some first.`);
}
