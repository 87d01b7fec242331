import type { AgentResource } from "@crew/contracts/agents";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findAgent } from "./agent-repository.ts";

/** The agent as the caller's transaction left or found it. Throws `not_found`. */
export async function writtenAgent(ctx: Ctx<"db">, agentId: string): Promise<AgentResource> {
  const agent = await findAgent(ctx.db, ctx.actor.workspaceId, agentId);
  if (!agent) throw notFound("agent");
  return agent;
}
