import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { refuseMoreThanOwn } from "../members/refuse-more-than-own.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { findRole, listHolders, removeRole } from "./role-repository.ts";

const MOST_NAMES = 5;

/** Only a role that nobody has and nobody is invited to: people must not lose what they may do by the way. */
export async function deleteRole(ctx: Ctx<"db" | "now" | "newId">, roleId: string): Promise<null> {
  requirePermission(ctx, "roles:write");
  const { workspaceId } = ctx.actor;
  return inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "roles:write");
    const role = await findRole(ctx.db, workspaceId, roleId);
    if (!role) throw notFound("role");
    refuseMoreThanOwn(own, role.permissions, "Who has this role");
    const holders = await listHolders(ctx.db, workspaceId, roleId, ctx.now().toISOString());
    if (holders.length > 0) throw inUse(role.name, holders);
    await removeRole(ctx.db, workspaceId, roleId);
    await recordAudit(ctx, { action: "role.deleted", subject: roleId, detail: { name: role.name } });
    return null;
  });
}

function inUse(name: string, holders: readonly string[]): AppError {
  const more = holders.length - MOST_NAMES;
  const names = `${holders.slice(0, MOST_NAMES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return new AppError("conflict", `The role ${name} is in use by ${names}. Give them another role first.`);
}
