import type { TaskResource } from "@crew/contracts/tasks";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findTask } from "./task-repository.ts";

/** The task as the caller's transaction left or found it. Throws `not_found`. */
export async function writtenTask(ctx: Ctx<"db">, taskId: string): Promise<TaskResource> {
  const task = await findTask(ctx.db, ctx.actor.workspaceId, taskId);
  if (!task) throw notFound("task");
  return task;
}
