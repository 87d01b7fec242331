import type { AgentResource, UpdateAgent } from "@crew/contracts/agents";
import type { Crew } from "@crew/contracts/crews";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import type { CrewDraft } from "../crews/crew-draft.ts";
import { partPath } from "../crews/part-path.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findAgent } from "./agent-repository.ts";
import { writtenAgent } from "./written-agent.ts";

/** `ifMatch` is the crew's version. A new key is followed by the tasks that name the agent. */
export async function updateAgent(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  agentId: string,
  input: UpdateAgent,
  { ifMatch }: { ifMatch?: number } = {},
): Promise<AgentResource> {
  await requireCrewPermission(ctx, "edit", async () => (await findAgent(ctx.db, ctx.actor.workspaceId, agentId))?.crewId);
  const agent = await inTransaction(ctx, async (ctx) => {
    const { crewId } = await writtenAgent(ctx, agentId);
    await changeCrew(ctx, crewId, {
      ifMatch,
      currentOf: () => writtenAgent(ctx, agentId),
      apply: (crew) => withAgent(crew, agentId, input),
      renamePath: (path, draft) => partPath(path, "agents", indexOf(draft, agentId)),
    });
    await recordAudit(ctx, { action: "agent.updated", subject: agentId, detail: { crewId, fields: Object.keys(input) } });
    return writtenAgent(ctx, agentId);
  });
  announceCrew(ctx, agent.crewId);
  return agent;
}

function indexOf(draft: CrewDraft, agentId: string): number {
  return draft.agents.findIndex(({ id }) => id === agentId);
}

function withAgent(crew: Crew, agentId: string, input: UpdateAgent): CrewDraft {
  const before = crew.agents[indexOf(crew, agentId)];
  if (!before) throw notFound("agent");
  const after = { ...before, ...input };
  return {
    ...crew,
    agents: crew.agents.map((agent) => (agent === before ? after : agent)),
    tasks: crew.tasks.map((task) => (task.agent === before.key ? { ...task, agent: after.key } : task)),
  };
}
