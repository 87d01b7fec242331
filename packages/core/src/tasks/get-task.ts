import type { TaskResource } from "@crew/contracts/tasks";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { writtenTask } from "./written-task.ts";

export async function getTask(ctx: Ctx<"db">, taskId: string): Promise<TaskResource> {
  requirePermission(ctx, "crews:read");
  return writtenTask(ctx, taskId);
}
