import type { CreateRole } from "@crew/contracts/roles";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { requireGrantablePermissions } from "./require-grantable-permissions.ts";
import { insertRole, listCustomRoles, type ShownCustomRole } from "./role-repository.ts";
import { shownRole } from "./shown-role.ts";

const MAX_CUSTOM_ROLES = 50;

export async function createRole(ctx: Ctx<"db" | "now" | "newId">, input: CreateRole): Promise<ShownCustomRole> {
  requirePermission(ctx, "roles:write");
  requireGrantablePermissions(ctx.actor.permissions, input.permissions);
  const { workspaceId } = ctx.actor;
  return inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const permissions = requireGrantablePermissions(await requireStanding(ctx, "roles:write"), input.permissions);
    if ((await listCustomRoles(ctx.db, workspaceId)).length >= MAX_CUSTOM_ROLES)
      throw new AppError("conflict", `A workspace has at most ${MAX_CUSTOM_ROLES} roles of its own. Delete one first.`);
    const at = ctx.now().toISOString();
    const { name, description } = input;
    const role = { id: ctx.newId("role"), workspaceId, name, description, permissions, createdAt: at, updatedAt: at };
    if (!(await insertRole(ctx.db, role))) throw nameTaken(name);
    await recordAudit(ctx, { action: "role.created", subject: role.id, detail: { name, permissions } });
    return shownRole(role, 0);
  });
}

export function nameTaken(name: string): AppError {
  return new AppError("conflict", `The workspace has a role named ${name} already.`, {
    issues: [{ path: "name", message: "is taken" }],
  });
}
