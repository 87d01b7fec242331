import { agentEndpoints } from "@crew/contracts/agents";
import { apiKeyEndpoints } from "@crew/contracts/api-keys";
import { approvalEndpoints } from "@crew/contracts/approvals";
import { auditEndpoints } from "@crew/contracts/audit";
import { backupEndpoints } from "@crew/contracts/backups";
import { budgetEndpoints } from "@crew/contracts/budgets";
import { conversationEndpoints } from "@crew/contracts/conversations";
import { crewGrantEndpoints } from "@crew/contracts/crew-grants";
import { crewEndpoints } from "@crew/contracts/crews";
import { deadLetterEndpoints } from "@crew/contracts/dead-letters";
import { egressEndpoints } from "@crew/contracts/egress";
import type { Endpoint } from "@crew/contracts/endpoint";
import { haltEndpoints } from "@crew/contracts/halts";
import { invitationEndpoints } from "@crew/contracts/invitations";
import { mcpServerEndpoints } from "@crew/contracts/mcp-servers";
import { memberEndpoints } from "@crew/contracts/members";
import { memoryEndpoints } from "@crew/contracts/memories";
import { modelPriceEndpoints } from "@crew/contracts/model-prices";
import { modelProviderEndpoints } from "@crew/contracts/model-providers";
import { oauthClientEndpoints } from "@crew/contracts/oauth-clients";
import { oauthGrantEndpoints } from "@crew/contracts/oauth-grants";
import { runLimitEndpoints } from "@crew/contracts/queue-limits";
import { roleEndpoints } from "@crew/contracts/roles";
import { runMessageEndpoints } from "@crew/contracts/run-messages";
import { runEndpoints } from "@crew/contracts/runs";
import { scheduleEndpoints } from "@crew/contracts/schedules";
import { secretEndpoints } from "@crew/contracts/secrets";
import { securityEventEndpoints } from "@crew/contracts/security-events";
import { sessionEndpoints } from "@crew/contracts/session";
import { taskEndpoints } from "@crew/contracts/tasks";
import { tokenEndpoints } from "@crew/contracts/tokens";
import { toolEndpoints } from "@crew/contracts/tools";
import { triggerEndpoints } from "@crew/contracts/triggers";
import { usageEndpoints } from "@crew/contracts/usage";
import { webhookEndpoints } from "@crew/contracts/webhooks";
import { workerEndpoints } from "@crew/contracts/workers";
import { workspaceEndpoints } from "@crew/contracts/workspaces";

const groups: Record<string, Record<string, Endpoint>> = {
  session: sessionEndpoints,
  token: tokenEndpoints,
  oauthClient: oauthClientEndpoints,
  oauthGrant: oauthGrantEndpoints,
  workspace: workspaceEndpoints,
  member: memberEndpoints,
  invitation: invitationEndpoints,
  role: roleEndpoints,
  apiKey: apiKeyEndpoints,
  crew: crewEndpoints,
  crewGrant: crewGrantEndpoints,
  agent: agentEndpoints,
  task: taskEndpoints,
  tool: toolEndpoints,
  egress: egressEndpoints,
  run: runEndpoints,
  runMessage: runMessageEndpoints,
  runLimit: runLimitEndpoints,
  halt: haltEndpoints,
  approval: approvalEndpoints,
  deadLetter: deadLetterEndpoints,
  worker: workerEndpoints,
  conversation: conversationEndpoints,
  modelProvider: modelProviderEndpoints,
  secret: secretEndpoints,
  securityEvent: securityEventEndpoints,
  mcpServer: mcpServerEndpoints,
  webhook: webhookEndpoints,
  schedule: scheduleEndpoints,
  trigger: triggerEndpoints,
  memory: memoryEndpoints,
  usage: usageEndpoints,
  budget: budgetEndpoints,
  modelPrice: modelPriceEndpoints,
  audit: auditEndpoints,
  backup: backupEndpoints,
};

/** All endpoints of the contract, each with the id that it has in the OpenAPI document. */
export const CONTRACT_ENDPOINTS: readonly { operationId: string; endpoint: Endpoint }[] = Object.entries(groups).flatMap(
  ([group, endpoints]) => Object.entries(endpoints).map(([name, endpoint]) => ({ operationId: `${group}.${name}`, endpoint })),
);
