import type { Crew } from "@crew/contracts/crews";
import type { TaskResource, UpdateTask } from "@crew/contracts/tasks";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import type { CrewDraft } from "../crews/crew-draft.ts";
import { partPath } from "../crews/part-path.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findTask } from "./task-repository.ts";
import { writtenTask } from "./written-task.ts";

/** `ifMatch` is the crew's version. A new key is followed by the tasks that read this one; `position` moves it. */
export async function updateTask(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  taskId: string,
  input: UpdateTask,
  { ifMatch }: { ifMatch?: number } = {},
): Promise<TaskResource> {
  await requireCrewPermission(ctx, "edit", async () => (await findTask(ctx.db, ctx.actor.workspaceId, taskId))?.crewId);
  const task = await inTransaction(ctx, async (ctx) => {
    const { crewId } = await writtenTask(ctx, taskId);
    await changeCrew(ctx, crewId, {
      ifMatch,
      currentOf: () => writtenTask(ctx, taskId),
      apply: (crew) => withTask(crew, taskId, input),
      renamePath: (path, draft) => partPath(path, "tasks", indexOf(draft, taskId)),
    });
    await recordAudit(ctx, { action: "task.updated", subject: taskId, detail: { crewId, fields: Object.keys(input) } });
    return writtenTask(ctx, taskId);
  });
  announceCrew(ctx, task.crewId);
  return task;
}

function indexOf(draft: CrewDraft, taskId: string): number {
  return draft.tasks.findIndex(({ id }) => id === taskId);
}

function withTask(crew: Crew, taskId: string, { position, ...input }: UpdateTask): CrewDraft {
  const index = indexOf(crew, taskId);
  const before = crew.tasks[index];
  if (!before) throw notFound("task");
  const after = { ...before, ...input };
  const others = crew.tasks
    .filter((task) => task !== before)
    .map((task) => ({ ...task, context: task.context?.map((key) => (key === before.key ? after.key : key)) ?? null }));
  return { ...crew, tasks: others.toSpliced(position ?? index, 0, after) };
}
