import { scheduleEndpoints } from "@crew/contracts/schedules";
import { createSchedule } from "@crew/core/schedules/create-schedule";
import { deleteSchedule } from "@crew/core/schedules/delete-schedule";
import { getSchedule } from "@crew/core/schedules/get-schedule";
import { listScheduleTicks } from "@crew/core/schedules/list-schedule-ticks";
import { listSchedules } from "@crew/core/schedules/list-schedules";
import { previewSchedule } from "@crew/core/schedules/preview-schedule";
import { runScheduleNow } from "@crew/core/schedules/run-schedule-now";
import { updateSchedule } from "@crew/core/schedules/update-schedule";
import type { RegisterRoute } from "../route.ts";

export function scheduleRoutes(route: RegisterRoute): void {
  route(scheduleEndpoints.list, (ctx, { query }) => listSchedules(ctx, query));
  route(scheduleEndpoints.create, (ctx, { body }) => createSchedule(ctx, body));
  route(scheduleEndpoints.preview, (ctx, { body }) => previewSchedule(ctx, body));
  route(scheduleEndpoints.get, (ctx, { params }) => getSchedule(ctx, params.scheduleId));
  route(scheduleEndpoints.update, (ctx, { params, body }) => updateSchedule(ctx, params.scheduleId, body));
  route(scheduleEndpoints.delete, (ctx, { params }) => deleteSchedule(ctx, params.scheduleId));
  route(scheduleEndpoints.runNow, (ctx, { params }) => runScheduleNow(ctx, params.scheduleId));
  route(scheduleEndpoints.ticks, (ctx, { params, query }) => listScheduleTicks(ctx, params.scheduleId, query));
}
