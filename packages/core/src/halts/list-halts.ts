import type { Halt } from "@crew/contracts/halts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listHaltRows } from "./halt-repository.ts";

export async function listHalts(ctx: Ctx<"db">): Promise<{ data: Halt[] }> {
  requirePermission(ctx, "runs:read");
  return { data: await listHaltRows(ctx.db, ctx.actor.workspaceId) };
}
