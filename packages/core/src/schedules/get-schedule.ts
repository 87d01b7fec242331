import type { Schedule } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findSchedule } from "./schedule-repository.ts";

export async function getSchedule(ctx: Ctx<"db">, scheduleId: string): Promise<Schedule> {
  requirePermission(ctx, "schedules:read");
  const schedule = await findSchedule(ctx.db, ctx.actor.workspaceId, scheduleId);
  if (!schedule) throw notFound("schedule");
  return schedule;
}
