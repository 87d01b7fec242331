import type { AgentResource } from "@crew/contracts/agents";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { writtenAgent } from "./written-agent.ts";

export async function getAgent(ctx: Ctx<"db">, agentId: string): Promise<AgentResource> {
  requirePermission(ctx, "crews:read");
  return writtenAgent(ctx, agentId);
}
