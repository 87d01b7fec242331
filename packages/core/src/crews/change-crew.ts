import type { Crew } from "@crew/contracts/crews";
import { removeOtherAgents, upsertAgents } from "../agents/agent-repository.ts";
import { AppError, notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { removeOtherTasks, upsertTasks } from "../tasks/task-repository.ts";
import { type CrewDraft, crewOf } from "./crew-draft.ts";
import { findCrewForUpdate, insertCrewVersion, updateCrewRow } from "./crew-repository.ts";
import { requireValidCrew } from "./require-valid-crew.ts";

export interface CrewChange {
  /** The version that the caller has seen; `undefined`: whatever it is. */
  ifMatch: number | undefined;
  /** What the caller addressed, as it is now; comes along when `ifMatch` is stale. */
  currentOf(crew: Crew): Promise<unknown>;
  apply(crew: Crew): CrewDraft;
  renamePath?(path: string, draft: CrewDraft): string;
}

/**
 * The one way to change a crew, whole or through one of its parts. Runs inside a transaction: the row's lock puts
 * changes in a line, so that each makes exactly one version and none overwrites another unseen.
 */
export async function changeCrew(ctx: Ctx<"db" | "now" | "newId" | "models">, crewId: string, change: CrewChange): Promise<Crew> {
  const { workspaceId, userId } = ctx.actor;
  const crew = await findCrewForUpdate(ctx.db, workspaceId, crewId);
  if (!crew) throw notFound("crew");
  if (change.ifMatch !== undefined && change.ifMatch !== crew.version)
    throw new AppError("stale", `The crew was changed meanwhile: it is at version ${crew.version}, not ${change.ifMatch}.`, {
      current: await change.currentOf(crew),
    });
  const draft = change.apply(crew);
  await requireValidCrew(ctx, draft, (path) => change.renamePath?.(path, draft) ?? path);
  const at = ctx.now().toISOString();
  const write = { workspaceId, crewId, version: crew.version + 1, draft, userId, at };
  // Tasks go before the agents that they name and come after them.
  await removeOtherTasks(ctx.db, write, draft.tasks);
  await removeOtherAgents(ctx.db, write, draft.agents);
  await upsertAgents(ctx.db, write, draft.agents);
  await upsertTasks(ctx.db, write, draft.tasks);
  await updateCrewRow(ctx.db, write);
  await insertCrewVersion(ctx.db, write);
  return crewOf(draft, { ...crew, version: write.version, updatedAt: at });
}
