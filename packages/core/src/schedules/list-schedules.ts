import type { Page } from "@crew/contracts/page";
import type { ListSchedules, Schedule } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listSchedulePage } from "./schedule-repository.ts";

export async function listSchedules(ctx: Ctx<"db">, query: ListSchedules): Promise<Page<Schedule>> {
  requirePermission(ctx, "schedules:read");
  return listSchedulePage(ctx.db, ctx.actor.workspaceId, query);
}
