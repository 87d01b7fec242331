import type { Crew } from "@crew/contracts/crews";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import type { CrewDraft } from "../crews/crew-draft.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findAgent } from "./agent-repository.ts";
import { writtenAgent } from "./written-agent.ts";

/** Takes the agent out of its crew. Throws `conflict` while a task names it. */
export async function deleteAgent(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  agentId: string,
  { ifMatch }: { ifMatch?: number } = {},
): Promise<null> {
  await requireCrewPermission(ctx, "edit", async () => (await findAgent(ctx.db, ctx.actor.workspaceId, agentId))?.crewId);
  const crewId = await inTransaction(ctx, async (ctx) => {
    const { crewId, key } = await writtenAgent(ctx, agentId);
    await changeCrew(ctx, crewId, {
      ifMatch,
      currentOf: () => writtenAgent(ctx, agentId),
      apply: (crew) => withoutAgent(crew, agentId),
    });
    await recordAudit(ctx, { action: "agent.deleted", subject: agentId, detail: { crewId, key } });
    return crewId;
  });
  announceCrew(ctx, crewId);
  return null;
}

function withoutAgent(crew: Crew, agentId: string): CrewDraft {
  const agent = crew.agents.find(({ id }) => id === agentId);
  if (!agent) throw notFound("agent");
  const tasks = crew.tasks.filter((task) => task.agent === agent.key).map(({ key }) => key);
  if (tasks.length > 0)
    throw new AppError("conflict", `The agent ${agent.key} does ${tasks.join(", ")}. Give that work to another agent first.`);
  if (crew.agents.length === 1) throw new AppError("conflict", "A crew needs at least one agent.");
  return { ...crew, agents: crew.agents.filter((other) => other !== agent) };
}
