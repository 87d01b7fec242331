import type { Page, PageQuery } from "@crew/contracts/page";
import type { ScheduleTick } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findSchedule } from "./schedule-repository.ts";
import { listTickPage } from "./schedule-tick-repository.ts";

export async function listScheduleTicks(ctx: Ctx<"db">, scheduleId: string, page: PageQuery): Promise<Page<ScheduleTick>> {
  requirePermission(ctx, "schedules:read");
  if (!(await findSchedule(ctx.db, ctx.actor.workspaceId, scheduleId))) throw notFound("schedule");
  return listTickPage(ctx.db, ctx.actor.workspaceId, scheduleId, page);
}
