import type { AgentResource } from "@crew/contracts/agents";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listAgentPage } from "./agent-repository.ts";

/** Of one crew, or of the whole workspace; newest first. */
export async function listAgents(ctx: Ctx<"db">, query: PageQuery & { crewId?: string }): Promise<Page<AgentResource>> {
  requirePermission(ctx, "crews:read");
  return listAgentPage(ctx.db, ctx.actor.workspaceId, query);
}
