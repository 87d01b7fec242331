import type { CreateTask, TaskResource } from "@crew/contracts/tasks";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import { partPath } from "../crews/part-path.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { writtenTask } from "./written-task.ts";

const MAX_TASKS = 100;

/** Adds the task at `position`, or as the crew's last; the crew moves to its next version. */
export async function createTask(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  { crewId, position, ...input }: CreateTask,
): Promise<TaskResource> {
  await requireCrewPermission(ctx, "edit", () => crewId);
  const task = await inTransaction(ctx, async (ctx) => {
    const id = ctx.newId("task");
    await changeCrew(ctx, crewId, {
      ifMatch: undefined,
      currentOf: async (crew) => crew,
      apply: (crew) => {
        if (crew.tasks.length >= MAX_TASKS) throw new AppError("conflict", `A crew has at most ${MAX_TASKS} tasks.`);
        return { ...crew, tasks: crew.tasks.toSpliced(position ?? crew.tasks.length, 0, { id, ...input }) };
      },
      renamePath: (path, draft) =>
        partPath(
          path,
          "tasks",
          draft.tasks.findIndex((task) => task.id === id),
        ),
    });
    await recordAudit(ctx, { action: "task.created", subject: id, detail: { crewId, key: input.key } });
    return writtenTask(ctx, id);
  });
  announceCrew(ctx, crewId);
  return task;
}
