import { uuidFromTypeId } from "@crew/contracts/ids";
import { mcpToolHash } from "@crew/core/mcp-servers/check-offered-tools";
import { mcpToolName } from "@crew/core/mcp-servers/mcp-tool-name";
import { buildCrew } from "./build-crew.ts";
import { deadRunOf } from "./dead-run-of.ts";
import type { TestApi, TestPerson } from "./open-test-api.ts";

/** One of everything that has an id, made through the API; keys are the names of path parameters. */
export async function seedWorkspace(api: TestApi, person: TestPerson): Promise<Record<string, string>> {
  const create = async (path: string, body: unknown) => {
    const { status, json, text } = await api.call("POST", path, { as: person, body });
    if (status > 202) throw new Error(`POST ${path} answered ${status}: ${text}`);
    return json;
  };
  const crew = await create("/v1/crews", buildCrew());
  const run = await create(`/v1/crews/${crew.id}/runs`, { inputs: { topic: "solar" } });
  const conversation = await create("/v1/conversations", { title: "Secret plans" });
  const apiKey = await create("/v1/api-keys", { name: "spare" });
  const provider = await create("/v1/model-providers", {
    kind: "openai-compatible",
    name: "local",
    baseUrl: "https://models.example.test/v1",
    apiKey: "sk-secret",
  });
  const role = await create("/v1/roles", { name: "Reader", permissions: ["crews:read"] });
  const invitation = await create("/v1/invitations", { email: "guest@example.test", role: "viewer" });
  const resting = await create("/v1/crews", buildCrew({ name: "Resting" }));
  const halt = await create("/v1/halts", { scope: "crew", crewId: resting.id, reason: "It rests" });
  const secret = await create("/v1/secrets", { name: "SPARE_TOKEN", value: "a spare token", description: "" });
  const approvalId = api.system.newId("approval");
  await api.system.pool.query(
    `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at)
     SELECT $1, workspace_id, id, 'task:0/human', 'human_input', 'Is this right?', 'A draft', now() FROM runs WHERE id = $2`,
    [uuidFromTypeId(approvalId), uuidFromTypeId(run.id)],
  );
  const letterId = await deadRunOf(api.system, (await create(`/v1/crews/${crew.id}/runs`, { inputs: { topic: "wind" } })).id);
  const { pool } = api.system;
  const [workspace, user] = [uuidFromTypeId(person.actor.workspaceId), uuidFromTypeId(person.actor.userId)];
  const memoryId = api.system.newId("memory");
  await pool.query(
    `INSERT INTO memories (id, workspace_id, crew_id, run_id, task_key, agent_key, source, text, tainted_by, created_at)
     SELECT $1, workspace_id, crew_id, id, 'find', 'scout', 'task_output', 'Solar power grows', '[]', now() FROM runs WHERE id = $2`,
    [uuidFromTypeId(memoryId), uuidFromTypeId(run.id)],
  );
  const messages = await seedMessages(api, workspace, conversation.id);
  const webhook = await create("/v1/webhooks", { url: "https://alerts.example.com/hook", events: ["run."] });
  const budget = await create("/v1/budgets", { name: "Month", scope: "workspace", period: "month", limit: "50" });
  const delivery = await create(`/v1/webhooks/${webhook.id}/test`, {});
  const mcpServer = await create("/v1/mcp-servers", { name: "docs", url: "https://docs.example.test/mcp" });
  const tool = await seedMcpTool(api, workspace, mcpServer.id);
  return {
    crewId: crew.id,
    agentId: crew.agents[0].id,
    taskId: crew.tasks[0].id,
    runId: run.id,
    conversationId: conversation.id,
    ...messages,
    apiKeyId: apiKey.id,
    providerId: provider.id,
    approvalId,
    letterId,
    workspaceId: person.actor.workspaceId,
    userId: person.actor.userId,
    roleId: role.id,
    invitationId: invitation.id,
    haltId: halt.id,
    secretId: secret.id,
    webhookId: webhook.id,
    deliveryId: delivery.id,
    budgetId: budget.id,
    memoryId,
    ...(await seedStarters(create, crew.id)),
    mcpServerId: mcpServer.id,
    ...tool,
    ...(await seedOAuthApp(api, workspace, user)),
    backupId: await seedBackup(api),
    // Held by the browser that an app has sent, and by nobody here.
    requestId: "a-request-of-no-app-at-all",
  };
}

/** A question with a picture and its answer, as if a worker had written it; the answer's id. */
async function seedMessages(api: TestApi, workspace: string, conversationId: string): Promise<{ messageId: string; imageId: string }> {
  const [question, answer, imageId] = [api.system.newId("message"), api.system.newId("message"), api.system.newId("image")];
  await api.system.pool.query(
    `WITH written AS (
       INSERT INTO messages (id, workspace_id, conversation_id, seq, parent_id, role, content, state, created_at)
       VALUES ($1, $3, $4, 1, NULL, 'user', 'When?', 'complete', now()), ($2, $3, $4, 2, $1, 'assistant', 'At noon', 'complete', now()))
     UPDATE conversations SET last_seq = 2, head_id = $2 WHERE id = $4`,
    [uuidFromTypeId(question), uuidFromTypeId(answer), workspace, uuidFromTypeId(conversationId)],
  );
  await api.system.pool.query(
    `INSERT INTO conversation_images (id, message_id, position, workspace_id, conversation_id, name, type, bytes, content)
     VALUES ($1, $2, 0, $3, $4, 'dot.gif', 'image/gif', 6, 'GIF89a')`,
    [uuidFromTypeId(imageId), uuidFromTypeId(question), workspace, uuidFromTypeId(conversationId)],
  );
  return { messageId: answer, imageId };
}

/** As if a person had let an app in. */
async function seedOAuthApp(api: TestApi, workspace: string, user: string): Promise<{ clientId: string; grantId: string }> {
  const { pool } = api.system;
  const [clientId, grantId] = [api.system.newId("client"), api.system.newId("grant")];
  await pool.query(
    `INSERT INTO oauth_clients (id, workspace_id, created_by, name, kind, redirect_uris, scopes, created_at)
     VALUES ($1, $2, $3, 'Calendar', 'public', '{https://calendar.example.test/back}', '{runs:read}', now())`,
    [uuidFromTypeId(clientId), workspace, user],
  );
  await pool.query(
    `INSERT INTO oauth_grants (id, workspace_id, user_id, client_id, scopes, created_at) VALUES ($1, $2, $3, $4, '{runs:read}', now())`,
    [uuidFromTypeId(grantId), workspace, user, uuidFromTypeId(clientId)],
  );
  return { clientId, grantId };
}

/** Of the installation, whoever is in it. */
async function seedBackup(api: TestApi): Promise<string> {
  const id = api.system.newId("backup");
  const text = "INSERT INTO backups (id, kind, state, started_at, place, name) VALUES ($1, 'logical', 'complete', now(), 'folder', 'a')";
  await api.system.pool.query(text, [uuidFromTypeId(id)]);
  return id;
}

/** What starts the crew by itself. */
async function seedStarters(create: (path: string, body: unknown) => Promise<{ id: string }>, crewId: string) {
  const schedule = await create("/v1/schedules", { crewId, name: "Every night", cron: "0 2 * * *", inputs: { topic: "solar" } });
  const mapping = { inputs: { topic: "$.data.title" }, attachesPayload: false };
  const trigger = await create("/v1/triggers", { crewId, name: "New articles", mapping });
  const delivery = await create(`/v1/triggers/${trigger.id}/test`, { payload: '{"data":{}}' });
  return { scheduleId: schedule.id, triggerId: trigger.id, triggerDeliveryId: delivery.id };
}

/** As if the server had been asked for its tools. */
async function seedMcpTool(api: TestApi, workspace: string, serverId: string): Promise<{ toolName: string; mcpToolHash: string }> {
  const tool = { name: "search", description: "Searches the documents", inputSchema: { type: "object" } };
  const [toolName, hash] = [mcpToolName("docs", tool.name), mcpToolHash(tool)];
  await api.system.pool.query(
    `INSERT INTO mcp_tools (id, workspace_id, server_id, name, original_name, description, parameters, hash, state, class, is_offered)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'new', 'unsafe', true)`,
    [
      uuidFromTypeId(api.system.newId("tool")),
      workspace,
      uuidFromTypeId(serverId),
      toolName,
      tool.name,
      tool.description,
      tool.inputSchema,
      hash,
    ],
  );
  return { toolName, mcpToolHash: hash };
}

/** Fills `:name` in a path with the id of that name. */
export function pathWith(path: string, ids: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (!id) throw new Error(`no id is known for :${name}`);
    return id;
  });
}

/** Every table's count and checksum, to show that nothing changed. */
export async function fingerprintTables(api: TestApi): Promise<Record<string, string>> {
  const { pool } = api.system;
  const { rows } = await pool.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  const prints: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: found } = await pool.query(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS print FROM "${name}" t`,
    );
    prints[name] = found[0].print;
  }
  return prints;
}
