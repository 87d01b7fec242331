import { agentEndpoints } from "@crew/contracts/agents";
import { apiKeyEndpoints } from "@crew/contracts/api-keys";
import { approvalEndpoints } from "@crew/contracts/approvals";
import { conversationEndpoints } from "@crew/contracts/conversations";
import { crewEndpoints } from "@crew/contracts/crews";
import type { Endpoint } from "@crew/contracts/endpoint";
import { modelProviderEndpoints } from "@crew/contracts/model-providers";
import { runEndpoints } from "@crew/contracts/runs";
import { sessionEndpoints } from "@crew/contracts/session";
import { taskEndpoints } from "@crew/contracts/tasks";
import { toolEndpoints } from "@crew/contracts/tools";

const groups: Record<string, Record<string, Endpoint>> = {
  session: sessionEndpoints,
  apiKey: apiKeyEndpoints,
  crew: crewEndpoints,
  agent: agentEndpoints,
  task: taskEndpoints,
  tool: toolEndpoints,
  run: runEndpoints,
  approval: approvalEndpoints,
  conversation: conversationEndpoints,
  modelProvider: modelProviderEndpoints,
};

/** All endpoints of the contract, each with the id that it has in the OpenAPI document. */
export const CONTRACT_ENDPOINTS: readonly { operationId: string; endpoint: Endpoint }[] = Object.entries(groups).flatMap(
  ([group, endpoints]) => Object.entries(endpoints).map(([name, endpoint]) => ({ operationId: `${group}.${name}`, endpoint })),
);
