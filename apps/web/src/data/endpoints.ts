import type { agentEndpoints as Agents } from "@crew/contracts/agents";
import type { apiKeyEndpoints as ApiKeys } from "@crew/contracts/api-keys";
import type { approvalEndpoints as Approvals } from "@crew/contracts/approvals";
import type { auditEndpoints as Audit } from "@crew/contracts/audit";
import type { backupEndpoints as Backups } from "@crew/contracts/backups";
import type { budgetEndpoints as Budgets } from "@crew/contracts/budgets";
import type { conversationEndpoints as Conversations } from "@crew/contracts/conversations";
import type { crewGrantEndpoints as CrewGrants } from "@crew/contracts/crew-grants";
import type { crewEndpoints as Crews } from "@crew/contracts/crews";
import type { deadLetterEndpoints as DeadLetters } from "@crew/contracts/dead-letters";
import type { egressEndpoints as Egress } from "@crew/contracts/egress";
import type { haltEndpoints as Halts } from "@crew/contracts/halts";
import type { invitationEndpoints as Invitations } from "@crew/contracts/invitations";
import type { mcpServerEndpoints as McpServers } from "@crew/contracts/mcp-servers";
import type { memberEndpoints as Members } from "@crew/contracts/members";
import type { memoryEndpoints as Memories } from "@crew/contracts/memories";
import type { modelPriceEndpoints as ModelPrices } from "@crew/contracts/model-prices";
import type { modelProviderEndpoints as ModelProviders } from "@crew/contracts/model-providers";
import type { oauthClientEndpoints as OauthClients } from "@crew/contracts/oauth-clients";
import type { oauthGrantEndpoints as OauthGrants } from "@crew/contracts/oauth-grants";
import type { runLimitEndpoints as RunLimits } from "@crew/contracts/queue-limits";
import type { roleEndpoints as Roles } from "@crew/contracts/roles";
import type { runMessageEndpoints as RunMessages } from "@crew/contracts/run-messages";
import type { runEndpoints as Runs } from "@crew/contracts/runs";
import type { scheduleEndpoints as Schedules } from "@crew/contracts/schedules";
import type { secretEndpoints as Secrets } from "@crew/contracts/secrets";
import type { securityEventEndpoints as SecurityEvents } from "@crew/contracts/security-events";
import type { sessionEndpoints as Session } from "@crew/contracts/session";
import type { toolEndpoints as Tools } from "@crew/contracts/tools";
import type { triggerEndpoints as Triggers } from "@crew/contracts/triggers";
import type { usageEndpoints as Usage } from "@crew/contracts/usage";
import type { webhookEndpoints as Webhooks } from "@crew/contracts/webhooks";
import type { workerEndpoints as Workers } from "@crew/contracts/workers";
import type { workspaceEndpoints as Workspaces } from "@crew/contracts/workspaces";
import { endpoints } from "./endpoint-lines.ts";

export const sessionEndpoints = endpoints<typeof Session>({
  installation: "GET /v1/installation",
  me: "GET /v1/me",
  updateMe: "PATCH /v1/me",
  setCredentials: "PUT /v1/me/credentials",
  stepUp: "POST /v1/me/step-up",
  socketTicket: "POST /v1/socket-tickets",
});

export const backupEndpoints = endpoints<typeof Backups>({
  list: "GET /v1/backups",
  create: "POST /v1/backups",
  verify: "POST /v1/backups/:backupId/verify",
  status: "GET /v1/backups/status",
  release: "POST /v1/backups/release",
});

export const workspaceEndpoints = endpoints<typeof Workspaces>({
  list: "GET /v1/workspaces",
  create: "POST /v1/workspaces",
  get: "GET /v1/workspaces/:workspaceId",
  update: "PATCH /v1/workspaces/:workspaceId",
  delete: "DELETE /v1/workspaces/:workspaceId {}",
  transfer: "POST /v1/workspaces/:workspaceId/transfer",
  leave: "POST /v1/workspaces/:workspaceId/leave",
});

export const memberEndpoints = endpoints<typeof Members>({
  list: "GET /v1/workspaces/:workspaceId/members",
  update: "PATCH /v1/workspaces/:workspaceId/members/:userId",
  remove: "DELETE /v1/workspaces/:workspaceId/members/:userId",
});

export const invitationEndpoints = endpoints<typeof Invitations>({
  list: "GET /v1/invitations",
  create: "POST /v1/invitations",
  revoke: "DELETE /v1/invitations/:invitationId",
  resend: "POST /v1/invitations/:invitationId/resend",
  lookup: "POST /v1/invitations/lookup",
  accept: "POST /v1/invitations/accept",
});

export const roleEndpoints = endpoints<typeof Roles>({
  list: "GET /v1/roles",
  create: "POST /v1/roles",
  update: "PATCH /v1/roles/:roleId",
  delete: "DELETE /v1/roles/:roleId",
});

export const crewEndpoints = endpoints<typeof Crews>({
  list: "GET /v1/crews",
  get: "GET /v1/crews/:crewId",
  create: "POST /v1/crews",
  update: "PUT /v1/crews/:crewId",
  delete: "DELETE /v1/crews/:crewId",
  signOff: "POST /v1/crews/:crewId/containment-sign-off",
  versions: "GET /v1/crews/:crewId/versions",
});

export const agentEndpoints = endpoints<typeof Agents>({
  list: "GET /v1/agents",
  get: "GET /v1/agents/:agentId",
  create: "POST /v1/agents",
  update: "PATCH /v1/agents/:agentId",
  delete: "DELETE /v1/agents/:agentId",
});

export const crewGrantEndpoints = endpoints<typeof CrewGrants>({
  list: "GET /v1/crews/:crewId/grants",
  set: "PUT /v1/crews/:crewId/grants/:userId",
  remove: "DELETE /v1/crews/:crewId/grants/:userId",
});

export const runEndpoints = endpoints<typeof Runs>({
  start: "POST /v1/crews/:crewId/runs",
  list: "GET /v1/runs",
  get: "GET /v1/runs/:runId",
  events: "GET /v1/runs/:runId/events",
  outputs: "GET /v1/runs/:runId/outputs",
  ledger: "GET /v1/runs/:runId/ledger",
  definition: "GET /v1/runs/:runId/definition",
  links: "GET /v1/runs/:runId/links",
  cancel: "POST /v1/runs/:runId/cancel",
  cancelAll: "POST /v1/runs/cancel-all",
});

export const runMessageEndpoints = endpoints<typeof RunMessages>({
  say: "POST /v1/runs/:runId/messages",
  list: "GET /v1/runs/:runId/messages",
});

export const runLimitEndpoints = endpoints<typeof RunLimits>({
  getOfWorkspace: "GET /v1/run-limits",
  setOfWorkspace: "PUT /v1/run-limits",
  getOfCrew: "GET /v1/crews/:crewId/run-limits",
  setOfCrew: "PUT /v1/crews/:crewId/run-limits",
});

export const haltEndpoints = endpoints<typeof Halts>({
  list: "GET /v1/halts",
  create: "POST /v1/halts",
  delete: "DELETE /v1/halts/:haltId",
});

export const deadLetterEndpoints = endpoints<typeof DeadLetters>({
  list: "GET /v1/dead-letters",
  get: "GET /v1/dead-letters/:letterId",
  redrive: "POST /v1/dead-letters/:letterId/redrive",
  redriveMany: "POST /v1/dead-letters/redrive",
  discard: "POST /v1/dead-letters/:letterId/discard",
  discardMany: "POST /v1/dead-letters/discard",
});

export const workerEndpoints = endpoints<typeof Workers>({ list: "GET /v1/workers" });

export const approvalEndpoints = endpoints<typeof Approvals>({
  inbox: "GET /v1/approvals",
  count: "GET /v1/approvals/count",
  get: "GET /v1/approvals/:approvalId",
  list: "GET /v1/runs/:runId/approvals",
  decide: "POST /v1/approvals/:approvalId",
  lookupLink: "POST /v1/approval-links/lookup",
  answerLink: "POST /v1/approval-links/answer",
});

export const conversationEndpoints = endpoints<typeof Conversations>({
  list: "GET /v1/conversations",
  get: "GET /v1/conversations/:conversationId",
  create: "POST /v1/conversations",
  update: "PATCH /v1/conversations/:conversationId",
  delete: "DELETE /v1/conversations/:conversationId",
  messages: "GET /v1/conversations/:conversationId/messages",
  send: "POST /v1/conversations/:conversationId/messages",
  regenerate: "POST /v1/conversations/:conversationId/messages/:messageId/regenerate",
  setHead: "PUT /v1/conversations/:conversationId/head",
  export: "GET /v1/conversations/:conversationId/export",
  image: "GET /v1/conversations/:conversationId/images/:imageId",
  stop: "POST /v1/conversations/:conversationId/stop",
});

export const egressEndpoints = endpoints<typeof Egress>({ get: "GET /v1/egress-rules", update: "PUT /v1/egress-rules" });

export const toolEndpoints = endpoints<typeof Tools>({ list: "GET /v1/tools" });

export const modelProviderEndpoints = endpoints<typeof ModelProviders>({
  list: "GET /v1/model-providers",
  create: "POST /v1/model-providers",
  update: "PATCH /v1/model-providers/:providerId",
  delete: "DELETE /v1/model-providers/:providerId",
  test: "POST /v1/model-providers/:providerId/test",
  models: "GET /v1/models",
});

export const apiKeyEndpoints = endpoints<typeof ApiKeys>({
  list: "GET /v1/api-keys",
  create: "POST /v1/api-keys",
  rotate: "POST /v1/api-keys/:apiKeyId/rotate",
  revoke: "DELETE /v1/api-keys/:apiKeyId",
});

export const oauthClientEndpoints = endpoints<typeof OauthClients>({
  list: "GET /v1/oauth-clients",
  create: "POST /v1/oauth-clients",
  update: "PATCH /v1/oauth-clients/:clientId",
  rotateSecret: "POST /v1/oauth-clients/:clientId/secret",
  delete: "DELETE /v1/oauth-clients/:clientId",
});

export const oauthGrantEndpoints = endpoints<typeof OauthGrants>({
  getRequest: "GET /v1/oauth-requests/:requestId",
  decide: "POST /v1/oauth-requests/:requestId/decision",
  list: "GET /v1/oauth-grants",
  revoke: "DELETE /v1/oauth-grants/:grantId",
});

export const secretEndpoints = endpoints<typeof Secrets>({
  list: "GET /v1/secrets",
  create: "POST /v1/secrets",
  update: "PUT /v1/secrets/:secretId",
  delete: "DELETE /v1/secrets/:secretId",
});

export const securityEventEndpoints = endpoints<typeof SecurityEvents>({
  list: "GET /v1/security-events",
  summary: "GET /v1/security-events/summary",
});

export const scheduleEndpoints = endpoints<typeof Schedules>({
  list: "GET /v1/schedules",
  create: "POST /v1/schedules",
  preview: "POST /v1/schedules/preview",
  get: "GET /v1/schedules/:scheduleId",
  update: "PATCH /v1/schedules/:scheduleId",
  delete: "DELETE /v1/schedules/:scheduleId",
  runNow: "POST /v1/schedules/:scheduleId/run-now",
  ticks: "GET /v1/schedules/:scheduleId/ticks",
});

export const triggerEndpoints = endpoints<typeof Triggers>({
  list: "GET /v1/triggers",
  create: "POST /v1/triggers",
  get: "GET /v1/triggers/:triggerId",
  update: "PATCH /v1/triggers/:triggerId",
  rotateSecret: "POST /v1/triggers/:triggerId/secret",
  delete: "DELETE /v1/triggers/:triggerId",
  test: "POST /v1/triggers/:triggerId/test",
  deliveries: "GET /v1/triggers/:triggerId/deliveries",
  replay: "POST /v1/trigger-deliveries/:triggerDeliveryId/replay",
  receive: "POST /v1/triggers/:triggerId/events",
});

export const webhookEndpoints = endpoints<typeof Webhooks>({
  list: "GET /v1/webhooks",
  create: "POST /v1/webhooks",
  update: "PATCH /v1/webhooks/:webhookId",
  rotateSecret: "POST /v1/webhooks/:webhookId/secret",
  delete: "DELETE /v1/webhooks/:webhookId",
  test: "POST /v1/webhooks/:webhookId/test",
  deliveries: "GET /v1/webhooks/:webhookId/deliveries",
  redeliverFailed: "POST /v1/webhooks/:webhookId/redeliver",
  delivery: "GET /v1/webhook-deliveries/:deliveryId",
  redeliver: "POST /v1/webhook-deliveries/:deliveryId/redeliver",
});

export const mcpServerEndpoints = endpoints<typeof McpServers>({
  list: "GET /v1/mcp-servers",
  create: "POST /v1/mcp-servers",
  get: "GET /v1/mcp-servers/:mcpServerId",
  update: "PATCH /v1/mcp-servers/:mcpServerId",
  delete: "DELETE /v1/mcp-servers/:mcpServerId",
  refresh: "POST /v1/mcp-servers/:mcpServerId/refresh",
  approveTool: "POST /v1/mcp-servers/:mcpServerId/tools/:toolName/approve",
  rejectTool: "POST /v1/mcp-servers/:mcpServerId/tools/:toolName/reject",
});

export const memoryEndpoints = endpoints<typeof Memories>({
  list: "GET /v1/memories",
  delete: "DELETE /v1/memories/:memoryId",
  purge: "POST /v1/memories/purge",
});

export const usageEndpoints = endpoints<typeof Usage>({ get: "GET /v1/usage", export: "GET /v1/usage/export" });

export const budgetEndpoints = endpoints<typeof Budgets>({
  list: "GET /v1/budgets",
  create: "POST /v1/budgets",
  get: "GET /v1/budgets/:budgetId",
  update: "PATCH /v1/budgets/:budgetId",
  delete: "DELETE /v1/budgets/:budgetId",
});

export const modelPriceEndpoints = endpoints<typeof ModelPrices>({ list: "GET /v1/model-prices", set: "PUT /v1/model-prices" });

export const auditEndpoints = endpoints<typeof Audit>({
  list: "GET /v1/audit-events",
  export: "GET /v1/audit-events/export",
  head: "GET /v1/audit-events/head",
  verify: "POST /v1/audit-events/verify",
});
