import { randomBytes } from "node:crypto";
import type { Endpoint } from "@crew/contracts/endpoint";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Permission } from "@crew/contracts/permissions";
import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import { makeOperator } from "@crew/core/accounts/make-operator";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestAnswer, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { fingerprintTables, pathWith, seedWorkspace } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authPaths } from "./auth-paths.ts";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

const ORIGIN = "http://localhost:3000";

/** Endpoints without `needs` that change something, and why everybody may ask for it. A new one says so here. */
const ONE_S_OWN: Record<string, string> = {
  "session.setCredentials": "of the local owner alone",
  "session.updateMe": "one's own name",
  "session.stepUp": "proves who one is",
  "token.create": "for oneself",
  "trigger.receive": "the signature is the credential",
  "workspace.create": "a workspace of one's own",
  "workspace.leave": "nobody has to stay",
  "approval.lookupLink": "the token is the credential",
  "approval.answerLink": "the token is the credential",
  "invitation.lookup": "the token is the credential",
  "invitation.accept": "the token is the credential",
};

let api: TestApi;
let ada: TestPerson;
let viewer: TestPerson;
let eve: TestPerson;
let ids: Record<string, string>;
let canaries: string[];
/** Credentials that are nobody's any more, or never were. */
let strangers: Record<string, Record<string, string>>;

const canary = (name: string) => `canary-${name}-${randomBytes(4).toString("hex")}`;
const cookieOf = (person: TestPerson) => ({ cookie: person.cookie, origin: ORIGIN });
const keyOf = (person: TestPerson) => ({ authorization: `Bearer ${person.key}` });

/** Twenty words of Ada's workspace that no answer to anybody else may have, wherever it is that they are kept. */
async function plantCanaries(): Promise<string[]> {
  const words = Object.fromEntries(
    "crew note role goal story task wanted input file text chat message provider model key reader reads guest token about ask draft"
      .split(" ")
      .map((name) => [name, canary(name)]),
  ) as Record<string, string>;
  const make = async (path: string, body: unknown) => {
    const { status, json, text } = await api.call("POST", path, { as: ada, body });
    if (status > 202) throw new Error(`POST ${path} answered ${status}: ${text}`);
    return json;
  };
  const crew = await make("/v1/crews", {
    ...buildCrew({
      name: words.crew,
      description: words.note,
      agents: [{ key: "scout", role: words.role ?? "", goal: words.goal ?? "", backstory: words.story }],
      tasks: [{ key: "find", description: words.task ?? "", expectedOutput: words.wanted ?? "", agent: "scout" }],
    }),
  });
  const documents = [{ name: `${words.file}.txt`, text: words.text }];
  const run = await make(`/v1/crews/${crew.id}/runs`, { inputs: { topic: words.input }, documents });
  const { id } = await make("/v1/conversations", { title: words.chat });
  await make(`/v1/conversations/${id}/messages`, { clientMessageId: "m1", content: words.message });
  const provider = { kind: "openai-compatible", name: words.provider, baseUrl: "https://models.example.test/v1", models: [words.model] };
  await make("/v1/model-providers", { ...provider, apiKey: "sk-canary" });
  await make("/v1/api-keys", { name: words.key });
  await make("/v1/roles", { name: words.reader, description: words.reads, permissions: ["crews:read"] });
  await make("/v1/invitations", { email: `${words.guest}@example.test`, role: "viewer" });
  const secret = (words.token ?? "").toUpperCase().replaceAll("-", "_");
  await make("/v1/secrets", { name: secret, value: "worth nothing", description: words.about });
  await api.system.pool.query(
    `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at)
     SELECT $1, workspace_id, id, 'task:0/human', 'human_input', $3, $4, now() FROM runs WHERE id = $2`,
    [uuidFromTypeId(api.system.newId("approval")), uuidFromTypeId(run.id), words.ask, words.draft],
  );
  const { token: _, ...others } = words;
  return [...Object.values(others), secret, ada.actor.workspaceId, ada.actor.userId];
}

beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  viewer = await api.person("viewer", ada.actor.workspaceId);
  eve = await api.person();
  await makeOperator(api.system, `${ada.actor.userId}@example.test`, true);
  ids = await seedWorkspace(api, ada);
  canaries = await plantCanaries();
  const expired = await api.call("POST", "/v1/api-keys", { as: ada, body: { name: "old", expiresAt: "2099-01-01T00:00:00.000Z" } });
  await api.system.pool.query("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE name = 'old'");
  const revoked = await api.call("POST", "/v1/api-keys", { as: ada, body: { name: "gone" } });
  await api.call("DELETE", `/v1/api-keys/${revoked.json.id}`, { as: ada });
  const signedOut = await api.person("owner", ada.actor.workspaceId);
  await api.call("POST", "/api/auth/sign-out", { body: {}, headers: cookieOf(signedOut) });
  strangers = {
    nobody: {},
    "an expired key": { authorization: `Bearer ${expired.json.key}` },
    "a revoked key": { authorization: `Bearer ${revoked.json.key}` },
    "a key that never was": { authorization: `Bearer ${ada.key.slice(0, -4)}AAAA` },
    "a session that has ended": cookieOf(signedOut),
  };
  // What a first request writes beside itself is written before rows are counted.
  for (const person of [ada, viewer, eve])
    for (const headers of [keyOf(person), cookieOf(person)]) await api.call("GET", "/v1/me", { headers });
}, 60_000);
afterAll(() => api[Symbol.asyncDispose]());

function unknownIds(): Record<string, string> {
  const fresh = ([name, id]: [string, string]) => [name, id.includes("_") ? api.system.newId(id.slice(0, id.indexOf("_")) as "crew") : id];
  return Object.fromEntries(Object.entries(ids).map(fresh));
}

/** Of every table but the one in which refusals are written down. */
async function fingerprint(): Promise<Record<string, string>> {
  // Of refusals a batch is written each second, and told to the webhooks that listen.
  const { security_events: _, webhook_deliveries: __, ...tables } = await fingerprintTables(api);
  return tables;
}

function ask(operationId: string, endpoint: Endpoint, headers: Record<string, string>, known = ids): Promise<TestAnswer> {
  const body = endpoint.body && SAMPLE_BODIES[operationId]?.(known);
  return api.call(endpoint.method, pathWith(endpoint.path, known), { headers, ...(body !== undefined && { body }) });
}

/** Someone of a workspace shows a key where that is taken, else the session. */
const shown = (endpoint: Endpoint, person: TestPerson) => (endpoint.auth === "session" ? cookieOf(person) : keyOf(person));

function expectNoCanary({ text }: TestAnswer, what: string, own: string[] = []): void {
  const found = canaries.filter((word) => text.includes(word) && !own.includes(word));
  expect(found, what).toEqual([]);
}

const withId = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.path.includes("/:"));
const isFree = ({ needs, operator }: Endpoint) => needs === undefined && !operator;
const secured = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.auth !== "none");

test("T-07 every endpoint names the permission that it needs, or is one's own for a reason [ASVS 8.1.1]", () => {
  const free = CONTRACT_ENDPOINTS.filter(({ endpoint }) => isFree(endpoint) && endpoint.method !== "GET");
  expect(free.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(ONE_S_OWN).toSorted());
  expect(canaries.length).toBeGreaterThanOrEqual(20);
});

describe("T-05 what belongs to another workspace", () => {
  test("is answered like what does not exist, whatever is shown, and stays as it is [ASVS 8.2.2]", async () => {
    expect(withId.length).toBeGreaterThan(40);
    const before = await fingerprint();
    for (const { operationId, endpoint } of withId) {
      // Keys and apps prove nothing anew, so what asks for that refuses them before it looks.
      const tried = endpoint.auth === "session" || endpoint.stepUp ? [cookieOf(eve)] : [cookieOf(eve), keyOf(eve)];
      for (const headers of tried) {
        const foreign = await ask(operationId, endpoint, headers);
        const unknown = await ask(operationId, endpoint, headers, unknownIds());
        const what = `${operationId} ${Object.keys(headers)[0]} ${foreign.text}`;
        // Who signs nothing is told nothing, whatever there is; what is the installation's is its operators' alone.
        expect(foreign.status, what).toBe(endpoint.signedBody ? 401 : endpoint.operator ? 403 : 404);
        expect({ ...foreign.json, requestId: "" }, what).toEqual({ ...unknown.json, requestId: "" });
        expectNoCanary(foreign, what);
      }
    }
    expect(await fingerprint()).toEqual(before);
  });

  test("is not among what is listed, nor in its own when another workspace is named", async () => {
    const lists = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method === "GET" && !endpoint.path.includes("/:"));
    for (const { operationId, endpoint } of lists) {
      const answer = await ask(operationId, endpoint, shown(endpoint, eve));
      expect(answer.status, `${operationId} ${answer.text}`).toBe(endpoint.operator ? 403 : 200);
      expectNoCanary(answer, operationId);
      if (endpoint.auth === "none") continue;
      const named = await ask(operationId, endpoint, { ...cookieOf(eve), "x-workspace-id": ada.actor.workspaceId });
      expect(named.status, `${operationId} ${named.text}`).toBe(403);
      expectNoCanary(named, operationId, [ada.actor.workspaceId]);
    }
  });

  test("a conversation is its owner's alone, also within a workspace", async () => {
    const colleague = await api.person("admin", ada.actor.workspaceId);
    expect((await api.call("GET", `/v1/crews/${ids.crewId}`, { as: colleague })).status).toBe(200);
    expect((await api.call("GET", `/v1/conversations/${ids.conversationId}`, { as: colleague })).status).toBe(404);
    expect((await api.call("GET", "/v1/conversations", { as: colleague })).json.data).toEqual([]);
  });
});

describe("T-05 who shows nothing that counts", () => {
  test("is a stranger to every endpoint, and changes nothing [ASVS 8.3.1]", async () => {
    const before = await fingerprint();
    for (const [who, headers] of Object.entries(strangers))
      for (const { operationId, endpoint } of secured) {
        const answer = await ask(operationId, endpoint, headers);
        expect([answer.status, answer.json?.code], `${operationId} with ${who}: ${answer.text}`).toEqual([401, "unauthenticated"]);
        expectNoCanary(answer, operationId);
      }
    expect(await fingerprint()).toEqual(before);
  });

  test("gets nothing from the routes of sign-in that are a person's own", async () => {
    const own = Object.entries(authPaths({})).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { security: unknown[] }>)
        .filter(([, { security }]) => security.length > 0)
        .map(([method]) => ({ path, method: method.toUpperCase() })),
    );
    expect(own.length).toBeGreaterThan(8);
    for (const { path, method } of own)
      for (const [who, headers] of Object.entries({ ...strangers, "another's key": keyOf(eve) })) {
        const answer = await api.call(method, path, { headers, ...(method === "POST" && { body: {} }) });
        expect([200, 400, 401, 403], `${method} ${path} with ${who}: ${answer.text}`).toContain(answer.status);
        if (answer.status === 200) expect(["null", '{"success":true}'], `${method} ${path}: ${answer.text}`).toContain(answer.text);
      }
  });
});

describe("T-07 within a workspace", () => {
  test("its owner reads everything", async () => {
    for (const { operationId, endpoint } of CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method === "GET")) {
      if (endpoint.path.includes("/:requestId")) continue;
      const { status, text } = await ask(operationId, endpoint, shown(endpoint, ada));
      expect(status, `${operationId} ${text}`).toBe(200);
    }
  });

  test("a viewer is given exactly what the table of roles says, and changes nothing [ASVS 8.2.1]", async () => {
    const may = (permission: Permission) => ROLE_PERMISSIONS.viewer.includes(permission);
    const before = await fingerprint();
    for (const { operationId, endpoint } of CONTRACT_ENDPOINTS) {
      if (isFree(endpoint) || (endpoint.needs && may(endpoint.needs) && endpoint.method !== "GET")) continue;
      const { status, text } = await ask(operationId, endpoint, shown(endpoint, viewer));
      // Conversations are each person's own, and requests of apps each browser's: another's is not even there.
      const isAnothers = /^\/v1\/(conversations|oauth-requests)\//.test(endpoint.path);
      const expected = !endpoint.needs || !may(endpoint.needs) ? 403 : isAnothers ? 404 : 200;
      expect(status, `${operationId} ${text}`).toBe(expected);
    }
    expect(await fingerprint()).toEqual(before);
  });

  test("a key is nobody who is signed in", async () => {
    for (const { operationId, endpoint } of CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.auth === "session")) {
      const { status, text } = await ask(operationId, endpoint, keyOf(ada));
      expect(status, `${operationId} ${text}`).toBe(403);
    }
  });
});
