import type { Workspace } from "@crew/contracts/workspaces";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { requireOwnWorkspace } from "./require-own-workspace.ts";
import { findWorkspaceOf } from "./workspace-repository.ts";

export async function getWorkspace(ctx: Ctx<"db">, workspaceId: string): Promise<Workspace> {
  requirePermission(ctx, "workspace:read");
  requireOwnWorkspace(ctx, workspaceId);
  return readWorkspace(ctx);
}

/** The actor's workspace, for verbs that have asked for their own permission. */
export async function readWorkspace(ctx: Ctx<"db">): Promise<Workspace> {
  const workspace = await findWorkspaceOf(ctx.db, ctx.actor.userId, ctx.actor.workspaceId);
  if (!workspace) throw notFound("workspace");
  return workspace;
}
