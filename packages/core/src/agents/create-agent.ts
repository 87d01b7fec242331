import type { AgentResource, CreateAgent } from "@crew/contracts/agents";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { announceCrew } from "../crews/announce-crew.ts";
import { changeCrew } from "../crews/change-crew.ts";
import { partPath } from "../crews/part-path.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { writtenAgent } from "./written-agent.ts";

const MAX_AGENTS = 50;

/** Adds the agent as the crew's last; the crew moves to its next version. */
export async function createAgent(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  { crewId, ...input }: CreateAgent,
): Promise<AgentResource> {
  await requireCrewPermission(ctx, "edit", () => crewId);
  const agent = await inTransaction(ctx, async (ctx) => {
    const id = ctx.newId("agent");
    await changeCrew(ctx, crewId, {
      ifMatch: undefined,
      currentOf: async (crew) => crew,
      apply: (crew) => {
        if (crew.agents.length >= MAX_AGENTS) throw new AppError("conflict", `A crew has at most ${MAX_AGENTS} agents.`);
        return { ...crew, agents: [...crew.agents, { id, ...input }] };
      },
      renamePath: (path, draft) => partPath(path, "agents", draft.agents.length - 1),
    });
    await recordAudit(ctx, { action: "agent.created", subject: id, detail: { crewId, key: input.key } });
    return writtenAgent(ctx, id);
  });
  announceCrew(ctx, crewId);
  return agent;
}
