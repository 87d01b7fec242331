import type { apiKeyEndpoints as ApiKeys } from "@crew/contracts/api-keys";
import type { approvalEndpoints as Approvals } from "@crew/contracts/approvals";
import type { conversationEndpoints as Conversations } from "@crew/contracts/conversations";
import type { crewEndpoints as Crews } from "@crew/contracts/crews";
import type { Endpoint } from "@crew/contracts/endpoint";
import type { modelProviderEndpoints as ModelProviders } from "@crew/contracts/model-providers";
import type { runEndpoints as Runs } from "@crew/contracts/runs";
import type { sessionEndpoints as Session } from "@crew/contracts/session";
import type { toolEndpoints as Tools } from "@crew/contracts/tools";

/** What is sent for each endpoint, checked by the compiler against the contract's own method and path. */
type Lines<T extends Record<string, Endpoint>> = { [K in keyof T]: `${T[K]["method"]} ${T[K]["path"]}` };

/**
 * The contract's endpoints without their schemas: a call needs only method and path, the types stay those of the
 * contract, and a page need not load a validator (20 kB) to read a list.
 */
function endpoints<T extends Record<string, Endpoint>>(lines: Lines<T>): T {
  const table = Object.entries<string>(lines).map(([name, line]) => {
    const [method = "", path] = line.split(" ");
    // `call` sends a body where the endpoint has one; in this contract that is where the method writes.
    return [name, { method, path, ...(/^P/.test(method) ? { body: {} } : {}) }];
  });
  return Object.fromEntries(table) as T;
}

export const sessionEndpoints = endpoints<typeof Session>({
  installation: "GET /v1/installation",
  me: "GET /v1/me",
  setCredentials: "PUT /v1/me/credentials",
  workspaces: "GET /v1/workspaces",
  socketTicket: "POST /v1/socket-tickets",
});

export const crewEndpoints = endpoints<typeof Crews>({
  list: "GET /v1/crews",
  get: "GET /v1/crews/:crewId",
  create: "POST /v1/crews",
  update: "PUT /v1/crews/:crewId",
  delete: "DELETE /v1/crews/:crewId",
  versions: "GET /v1/crews/:crewId/versions",
});

export const runEndpoints = endpoints<typeof Runs>({
  start: "POST /v1/crews/:crewId/runs",
  list: "GET /v1/runs",
  get: "GET /v1/runs/:runId",
  events: "GET /v1/runs/:runId/events",
  outputs: "GET /v1/runs/:runId/outputs",
  ledger: "GET /v1/runs/:runId/ledger",
  definition: "GET /v1/runs/:runId/definition",
  cancel: "POST /v1/runs/:runId/cancel",
});

export const approvalEndpoints = endpoints<typeof Approvals>({
  list: "GET /v1/runs/:runId/approvals",
  decide: "POST /v1/approvals/:approvalId",
});

export const conversationEndpoints = endpoints<typeof Conversations>({
  list: "GET /v1/conversations",
  get: "GET /v1/conversations/:conversationId",
  create: "POST /v1/conversations",
  update: "PATCH /v1/conversations/:conversationId",
  delete: "DELETE /v1/conversations/:conversationId",
  messages: "GET /v1/conversations/:conversationId/messages",
  send: "POST /v1/conversations/:conversationId/messages",
  stop: "POST /v1/conversations/:conversationId/stop",
});

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
  revoke: "DELETE /v1/api-keys/:apiKeyId",
});
