import type { CrewGrant, SetCrewGrant } from "@crew/contracts/crew-grants";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import { findMember } from "../members/member-repository.ts";
import { refuseMoreThanOwn } from "../members/refuse-more-than-own.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { findShownGrant, writeCrewGrant } from "./crew-grant-repository.ts";
import { GRANTED_PERMISSIONS } from "./granted-permissions.ts";

/** What a member may do with one crew beside their role, whole: what it held before is replaced. */
export async function setCrewGrant(
  ctx: Ctx<"db" | "now" | "newId" | "bus">,
  { crewId, userId }: { crewId: string; userId: string },
  input: SetCrewGrant,
): Promise<CrewGrant> {
  requirePermission(ctx, "crews:grant");
  const { workspaceId } = ctx.actor;
  const permissions = [...new Set(input.permissions)];
  const grant = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "crews:grant");
    const stands = permissions.map((one) => GRANTED_PERMISSIONS[one]);
    refuseMoreThanOwn(own, stands, "Who has this grant");
    if (!(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
    if (!(await findMember(ctx.db, workspaceId, userId))) throw notFound("member");
    await writeCrewGrant(ctx.db, { workspaceId, crewId, userId, permissions, updatedAt: ctx.now().toISOString() });
    await recordAudit(ctx, { action: "crew.grant_set", subject: crewId, detail: { userId, permissions } });
    const grant = await findShownGrant(ctx.db, workspaceId, crewId, userId);
    if (!grant) throw new Error("a grant that was just written is gone");
    return grant;
  });
  // A grant that became smaller ends what was opened with it.
  ctx.bus.publish(`actor:${userId}`, { type: "revoked" });
  return grant;
}
