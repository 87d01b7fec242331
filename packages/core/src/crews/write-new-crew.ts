import type { Crew } from "@crew/contracts/crews";
import { upsertAgents } from "../agents/agent-repository.ts";
import type { Ctx } from "../system.ts";
import { upsertTasks } from "../tasks/task-repository.ts";
import { type CrewDraft, crewOf } from "./crew-draft.ts";
import { insertCrew, insertCrewVersion } from "./crew-repository.ts";

/** Writes a crew that was checked, with its parts and its first version. Inside a transaction. */
export async function writeNewCrew(ctx: Ctx<"db" | "now" | "newId">, draft: CrewDraft): Promise<Crew> {
  const crewId = ctx.newId("crew");
  const { workspaceId, userId } = ctx.actor;
  const at = ctx.now().toISOString();
  const write = { workspaceId, crewId, version: 1, draft, userId, at };
  await insertCrew(ctx.db, write);
  await upsertAgents(ctx.db, write, draft.agents);
  await upsertTasks(ctx.db, write, draft.tasks);
  await insertCrewVersion(ctx.db, write);
  return crewOf(draft, { id: crewId, version: 1, createdBy: userId, createdAt: at, updatedAt: at });
}
