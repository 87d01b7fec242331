import { typeIdFromUuid } from "@crew/contracts/ids";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { pathWith, seedWorkspace } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

/** One act: the endpoint, what the log calls it, and which id of the answer later acts use under which name. */
interface Act {
  operation: string;
  action: string;
  keeps?: string;
  body?: (ids: Record<string, string>) => unknown;
  headers?: Record<string, string>;
  ids?: (ids: Record<string, string>) => Record<string, string>;
}

const act = (operation: string, action: string, more: Omit<Act, "operation" | "action"> = {}): Act => ({ operation, action, ...more });
const ofMember = { ids: ({ memberId = "" }: Record<string, string>) => ({ userId: memberId }) };

/** In the order in which they can be done; what deletes comes after what uses. A new endpoint that writes gets its line here. */
const ACTS: Act[] = [
  act("crew.create", "crew.created", { keeps: "newCrewId" }),
  act("crew.update", "crew.updated", { headers: { "if-match": '"1"' } }),
  act("crewGrant.set", "crew.grant_set", ofMember),
  act("crewGrant.remove", "crew.grant_removed", ofMember),
  act("agent.create", "agent.created", { keeps: "newAgentId" }),
  act("agent.update", "agent.updated", { ids: ({ newAgentId = "" }) => ({ agentId: newAgentId }), body: () => ({ goal: "Cut more" }) }),
  act("task.create", "task.created", { keeps: "newTaskId" }),
  act("task.update", "task.updated", { ids: ({ newTaskId = "" }) => ({ taskId: newTaskId }), body: () => ({ expectedOutput: "Less" }) }),
  act("task.delete", "task.deleted", { ids: ({ newTaskId = "" }) => ({ taskId: newTaskId }) }),
  act("agent.delete", "agent.deleted", { ids: ({ newAgentId = "" }) => ({ agentId: newAgentId }) }),
  act("run.start", "run.started"),
  act("deadLetter.redrive", "dead_letter.redriven"),
  act("approval.decide", "approval.decided"),
  act("runMessage.say", "run.steered"),
  act("run.cancel", "run.cancelled"),
  act("run.cancelAll", "runs.cancelled"),
  act("runLimit.setOfWorkspace", "workspace.run_limits_set"),
  act("runLimit.setOfCrew", "crew.run_limits_set"),
  act("halt.create", "halt.created", { keeps: "haltId" }),
  act("halt.delete", "halt.lifted"),
  act("conversation.create", "conversation.created", { keeps: "emptyId" }),
  act("conversation.update", "conversation.updated"),
  act("conversation.setHead", "conversation.branch_shown"),
  act("conversation.send", "conversation.message_sent"),
  act("conversation.delete", "conversation.deleted", { ids: ({ emptyId = "" }) => ({ conversationId: emptyId }) }),
  act("modelProvider.create", "model_provider.created"),
  act("modelProvider.update", "model_provider.updated", { body: () => ({ apiKey: "sk-another-key-of-it" }) }),
  act("modelProvider.test", "model_provider.tested"),
  act("modelProvider.delete", "model_provider.deleted"),
  act("secret.create", "secret.created"),
  act("secret.update", "secret.updated"),
  act("secret.delete", "secret.deleted"),
  act("egress.update", "egress_rules.updated"),
  act("apiKey.create", "api_key.created"),
  act("apiKey.rotate", "api_key.rotated", { body: ({ keyPrefix }) => ({ prefix: keyPrefix }) }),
  act("apiKey.revoke", "api_key.revoked"),
  act("role.create", "role.created"),
  act("role.update", "role.updated"),
  act("role.delete", "role.deleted"),
  act("member.update", "member.role_changed", ofMember),
  act("invitation.create", "invitation.created"),
  act("invitation.resend", "invitation.resent"),
  act("invitation.revoke", "invitation.revoked"),
  act("member.remove", "member.removed", ofMember),
  act("oauthClient.create", "oauth_client.created", { keeps: "clientId" }),
  act("oauthClient.update", "oauth_client.updated"),
  act("oauthClient.rotateSecret", "oauth_client.secret_rotated"),
  act("oauthClient.delete", "oauth_client.deleted"),
  act("memory.purge", "memories.purged"),
  act("memory.delete", "memory.deleted"),
  act("schedule.runNow", "run.started"),
  act("schedule.update", "schedule.updated"),
  act("schedule.delete", "schedule.deleted"),
  act("schedule.create", "schedule.created"),
  act("trigger.replay", "trigger.replayed"),
  act("trigger.update", "trigger.updated"),
  act("trigger.rotateSecret", "trigger.secret_rotated"),
  act("trigger.delete", "trigger.deleted"),
  act("trigger.create", "trigger.created"),
  act("crew.delete", "crew.deleted"),
  act("mcpServer.create", "mcp_server.created"),
  act("mcpServer.approveTool", "mcp_tool.approved"),
  act("mcpServer.rejectTool", "mcp_tool.rejected"),
  act("mcpServer.update", "mcp_server.updated"),
  act("mcpServer.delete", "mcp_server.deleted"),
  act("webhook.create", "webhook.created"),
  act("webhook.update", "webhook.updated"),
  act("webhook.rotateSecret", "webhook.secret_rotated"),
  act("webhook.redeliver", "webhook.redelivered"),
  act("webhook.redeliverFailed", "webhook.redelivered"),
  act("webhook.delete", "webhook.deleted"),
  act("budget.create", "budget.created", { keeps: "madeBudgetId" }),
  act("budget.update", "budget.updated"),
  act("budget.delete", "budget.deleted"),
  act("modelPrice.set", "model_price.set"),
  act("audit.verify", "audit.verified", { body: () => ({}) }),
  act("audit.export", "audit.exported"),
  act("workspace.update", "workspace.updated"),
  act("workspace.transfer", "workspace.transferred", { body: ({ secondId }) => ({ userId: secondId }) }),
  act("workspace.leave", "member.left"),
];

/** Endpoints that write and are not in the table. */
const ELSEWHERE: Record<string, string> = {
  "session.setCredentials": "packages/auth/src/set-credentials.test.ts",
  "session.updateMe": "packages/core/src/accounts/rename-account.test.ts",
  "session.stepUp": "proves who somebody is, and changes nothing",
  "session.socketTicket": "a ticket of seconds for one's own socket",
  "token.create": "a token of minutes for one's own session",
  "oauthGrant.decide": "needs a request of an app: apps/api/src/oauth-server.test.ts",
  "oauthGrant.revoke": "needs a grant: apps/api/src/oauth-server.test.ts",
  "workspace.create": "begins a log of its own: packages/core/src/workspaces/create-workspace.test.ts",
  "workspace.delete": "its log goes with it: packages/core/src/audit/verify-audit-chain.test.ts",
  "backup.create": "for operators: packages/core/src/backups/operate-backups.test.ts",
  "backup.verify": "for operators: packages/core/src/backups/operate-backups.test.ts",
  "backup.release": "for operators: packages/core/src/backups/operate-backups.test.ts",
  "approval.lookupLink": "reads",
  "approval.answerLink": "needs the token of a mail: packages/core/src/approvals/approval-links.test.ts",
  "invitation.lookup": "reads",
  "invitation.accept": "needs the token of a mail: packages/core/src/invitations",
  "crew.signOff": "needs a crew that the three-way rule holds back: packages/core/src/crews/sign-off-crew.test.ts",
  "mcpServer.refresh": "needs a server: packages/core/src/mcp-servers/refresh-mcp-server.test.ts",
  "deadLetter.redriveMany": "one row for each letter: packages/core/src/dead-letters/redrive-dead-letters.test.ts",
  "deadLetter.discard": "needs an open one: packages/core/src/dead-letters/redrive-dead-letters.test.ts",
  "deadLetter.discardMany": "needs open ones: packages/core/src/dead-letters/redrive-dead-letters.test.ts",
  "schedule.preview": "reads",
  "trigger.test": "its run has a row: packages/core/src/triggers/receive-event.test.ts",
  "trigger.receive": "its run has a row: packages/core/src/triggers/receive-event.test.ts",
  "webhook.test": "sends a sample to the address that was given, and changes nothing",
  "conversation.regenerate":
    "begins nothing while the answer of conversation.send is under way; see packages/core/src/conversations/branches.test.ts",
  "conversation.stop": "ends one's own answer, as closing the page would",
};

let api: TestApi;
let owner: TestPerson;
let ids: Record<string, string>;

beforeAll(async () => {
  api = await openTestApi();
  owner = await api.person();
  const { workspaceId } = owner.actor;
  const [member, second] = [await api.person("viewer", workspaceId), await api.person("admin", workspaceId)];
  ids = { ...(await seedWorkspace(api, owner)), memberId: member.actor.userId, secondId: second.actor.userId };
  const keys = (await api.call("GET", "/v1/api-keys", { as: owner })).json.data as { id: string; prefix: string }[];
  ids.keyPrefix = keys.find(({ id }) => id === ids.apiKeyId)?.prefix ?? "";
  // As a run is whose person has been asked.
  await api.system.pool.query("UPDATE runs SET state = 'waiting', reason = 'human_input' WHERE ended_at IS NULL");
  // Only what has ended is delivered again.
  await api.system.pool.query("UPDATE webhook_deliveries SET state = 'failed', ended_at = now()");
});
afterAll(() => api[Symbol.asyncDispose]());

async function perform({ operation, body, headers, ids: own }: Act) {
  const found = CONTRACT_ENDPOINTS.find(({ operationId }) => operationId === operation);
  if (!found) throw new Error(`there is no endpoint ${operation}`);
  const { method, path } = found.endpoint;
  const sent = body?.(ids) ?? SAMPLE_BODIES[operation]?.(ids);
  return api.call(method, pathWith(path, { ...ids, ...own?.(ids) }), {
    headers: { cookie: owner.cookie, origin: "http://localhost:3000", "user-agent": "curl/8.14.1", ...headers },
    ...(sent !== undefined && { body: sent }),
  });
}

async function rowsOf(requestId: unknown) {
  const { rows } = await api.system.pool.query(
    `SELECT e.action, e.subject, e.outcome, e.address, e.user_agent, e.actor, e.workspace_id, e.created_at, l.seq IS NOT NULL AS is_linked
     FROM audit_events e LEFT JOIN audit_links l ON l.event_id = e.id WHERE e.request_id = $1 ORDER BY l.seq`,
    [requestId],
  );
  return rows;
}

test("T-31 every endpoint that writes is in the table of acts, or it is said where its row is proven", () => {
  const writing = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method !== "GET").map(({ operationId }) => operationId);
  const told = [...ACTS.map(({ operation }) => operation), ...Object.keys(ELSEWHERE)];
  expect(writing.filter((operation) => !told.includes(operation))).toEqual([]);
  expect(ACTS.length).toBeGreaterThanOrEqual(40);
});

test.each(ACTS.map((one) => [one.operation, one] as const))(
  "T-31 %s writes exactly one row: who, what, when, where, with what result [ASVS 16.2.1]",
  async (_, one) => {
    const before = Date.now();
    const { status, text, json, headers } = await perform(one);
    expect(status, text).toBeLessThan(300);
    if (one.keeps) ids[one.keeps] = json.id;
    const rows = await rowsOf(headers["x-request-id"]);
    expect(rows).toMatchObject([
      {
        action: one.action,
        outcome: "ok",
        address: "127.0.0.1",
        user_agent: "curl",
        actor: { kind: "user", userId: owner.actor.userId, apiKeyId: null, name: "Ada" },
        is_linked: true,
      },
    ]);
    const [row] = rows;
    expect(row.subject).toMatch(/^[a-z]+_[0-9a-z]{26}$/);
    expect(typeIdFromUuid("workspace", row.workspace_id)).toBe(owner.actor.workspaceId);
    expect(row.created_at.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(row.created_at.getTime()).toBeLessThanOrEqual(Date.now() + 1);
  },
);
