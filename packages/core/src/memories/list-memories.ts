import type { ListMemories, Memory } from "@crew/contracts/memories";
import type { Page } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listMemoryPage } from "./memory-repository.ts";

export async function listMemories(ctx: Ctx<"db">, query: ListMemories): Promise<Page<Memory>> {
  requirePermission(ctx, "memories:read");
  return listMemoryPage(ctx.db, ctx.actor.workspaceId, query);
}
