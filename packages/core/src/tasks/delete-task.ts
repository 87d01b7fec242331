import type { Crew } from "@crew/contracts/crews";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import type { CrewDraft } from "../crews/crew-draft.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findTask } from "./task-repository.ts";
import { writtenTask } from "./written-task.ts";

/** Takes the task out of its crew. Throws `conflict` while another task names it as context. */
export async function deleteTask(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  taskId: string,
  { ifMatch }: { ifMatch?: number } = {},
): Promise<null> {
  await requireCrewPermission(ctx, "edit", async () => (await findTask(ctx.db, ctx.actor.workspaceId, taskId))?.crewId);
  const crewId = await inTransaction(ctx, async (ctx) => {
    const { crewId, key } = await writtenTask(ctx, taskId);
    await changeCrew(ctx, crewId, {
      ifMatch,
      currentOf: () => writtenTask(ctx, taskId),
      apply: (crew) => withoutTask(crew, taskId),
    });
    await recordAudit(ctx, { action: "task.deleted", subject: taskId, detail: { crewId, key } });
    return crewId;
  });
  announceCrew(ctx, crewId);
  return null;
}

function withoutTask(crew: Crew, taskId: string): CrewDraft {
  const task = crew.tasks.find(({ id }) => id === taskId);
  if (!task) throw notFound("task");
  const readers = crew.tasks.filter((other) => other.context?.includes(task.key)).map(({ key }) => key);
  if (readers.length > 0)
    throw new AppError("conflict", `The output of ${task.key} is read by ${readers.join(", ")}. Change their context first.`);
  if (crew.tasks.length === 1) throw new AppError("conflict", "A crew needs at least one task.");
  return { ...crew, tasks: crew.tasks.filter((other) => other !== task) };
}
