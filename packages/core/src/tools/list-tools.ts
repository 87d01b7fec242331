import type { Tool } from "@crew/contracts/tools";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listOfferedTools } from "./tool-repository.ts";

export async function listTools(ctx: Ctx<"db">): Promise<{ data: Tool[] }> {
  requirePermission(ctx, "crews:read");
  return { data: await listOfferedTools(ctx.db, ctx.actor.workspaceId) };
}
