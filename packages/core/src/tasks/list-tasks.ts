import type { Page, PageQuery } from "@crew/contracts/page";
import type { TaskResource } from "@crew/contracts/tasks";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listTaskPage } from "./task-repository.ts";

/** Of one crew, or of the whole workspace; newest first. */
export async function listTasks(ctx: Ctx<"db">, query: PageQuery & { crewId?: string }): Promise<Page<TaskResource>> {
  requirePermission(ctx, "crews:read");
  return listTaskPage(ctx.db, ctx.actor.workspaceId, query);
}
