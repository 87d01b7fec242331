import { agentEndpoints } from "@crew/contracts/agents";
import { createAgent } from "@crew/core/agents/create-agent";
import { deleteAgent } from "@crew/core/agents/delete-agent";
import { getAgent } from "@crew/core/agents/get-agent";
import { listAgents } from "@crew/core/agents/list-agents";
import { updateAgent } from "@crew/core/agents/update-agent";
import type { RegisterRoute } from "../route.ts";

export function agentRoutes(route: RegisterRoute): void {
  route(agentEndpoints.list, (ctx, { query }) => listAgents(ctx, query));
  route(agentEndpoints.get, (ctx, { params }) => getAgent(ctx, params.agentId));
  route(agentEndpoints.create, (ctx, { body }) => createAgent(ctx, body));
  route(agentEndpoints.update, (ctx, { params, body, ifMatch }) => updateAgent(ctx, params.agentId, body, { ifMatch }));
  route(agentEndpoints.delete, (ctx, { params }) => deleteAgent(ctx, params.agentId));
}
