import type { Workspace } from "@crew/contracts/workspaces";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { findWorkspaceOf, listWorkspacesOf } from "./workspace-repository.ts";

/** A person's workspaces; a key knows only its own. */
export async function listWorkspaces(ctx: Ctx<"db">): Promise<{ data: Workspace[] }> {
  // People must be able to change to a workspace that lets them in.
  requirePermission({ actor: { ...ctx.actor, lacksSecondFactor: false } }, "workspace:read");
  const { kind, userId, workspaceId } = ctx.actor;
  if (kind === "user") return { data: await listWorkspacesOf(acrossWorkspaces(ctx).db, userId) };
  const own = await findWorkspaceOf(ctx.db, userId, workspaceId);
  return { data: own ? [own] : [] };
}
