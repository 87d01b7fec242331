import { codeOf, stepAt } from "@crew/auth/totp";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { openTestApi, type TestAnswer, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authPaths } from "./auth-paths.ts";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

const PASSWORD = "correct horse battery";
const NIL = "00000000-0000-7000-8000-000000000000";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const post = (path: string, body: object, cookie?: string) =>
  api.call("POST", path, { body, headers: { origin: "http://localhost:3000", ...(cookie && { cookie }) } });

const cookiesOf = ({ headers }: TestAnswer) => [headers["set-cookie"] ?? []].flat().map((line) => String(line).split(";", 1)[0] ?? "");

let people = 0;
async function signUp() {
  const email = `factor${++people}@example.test`;
  const [cookie = ""] = cookiesOf(await post("/api/auth/sign-up/email", { name: "Ada", email, password: PASSWORD }));
  return { email, cookie };
}

function decode32(text: string): Buffer {
  const bits = [...text].map((character) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Gives whoever holds the cookie a second factor; their new cookie, and a code of `steps` later. */
async function enroll(cookie: string) {
  const { json } = await post("/api/auth/two-factor/enable", { password: PASSWORD }, cookie);
  const seed = decode32(new URL(json.totpUri).searchParams.get("secret") ?? "");
  const code = (steps = 0) => codeOf(seed, stepAt(new Date()) + steps);
  const verified = await post("/api/auth/two-factor/verify-totp", { code: code() }, cookie);
  return { cookie: cookiesOf(verified)[0] ?? "", code, recoveryCodes: json.recoveryCodes as string[] };
}

const ANY_IDS = new Proxy({}, { get: () => NIL }) as Record<string, string>;

/** All endpoints, in the workspace where there is one, with ids that exist nowhere. */
const endpointsIn = (workspaceId: string) =>
  CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.auth !== "none").map((one) => ({
    ...one,
    path: one.endpoint.path.replace(":workspaceId", workspaceId).replace(/:\w+/g, NIL),
  }));

const AUTH_ROUTES = Object.entries(authPaths({})).flatMap(([path, methods]) =>
  Object.entries(
    methods as Record<string, { security: unknown[]; requestBody?: { content: Record<string, { schema: { properties: object } }> } }>,
  ).map(([method, { security, requestBody }]) => ({
    method: method.toUpperCase(),
    path,
    isOpen: security.length === 0,
    fields: Object.keys(requestBody?.content["application/json"]?.schema.properties ?? {}),
  })),
);
const FIELDS: Record<string, string> = {
  password: PASSWORD,
  currentPassword: PASSWORD,
  newPassword: "another horse battery",
  code: "123456",
  newEmail: "new@example.test",
  id: "1",
  token: "a".repeat(43),
};

test("T-01 with the password alone and every cookie received each route answers 401 [ASVS 6.3.3, 7.2.1]", async () => {
  const { email, cookie } = await signUp();
  await enroll(cookie);
  const signedIn = await post("/api/auth/sign-in/email", { email, password: PASSWORD });
  expect(signedIn).toMatchObject({ status: 200, json: { twoFactorRequired: true } });
  const [pending = ""] = cookiesOf(signedIn);
  expect(cookiesOf(signedIn)).toHaveLength(1);
  expect(String(signedIn.headers["set-cookie"])).toMatch(/^crew_pending=[\w-]{43}; Max-Age=300; Path=\/; HttpOnly; SameSite=Strict$/);
  // The same value as a session, the session from before the second factor, and as a header.
  const headers: Record<string, string>[] = [
    { cookie: pending },
    { cookie: `${pending}; crew_session=${pending.split("=")[1]}` },
    { cookie: `${pending}; ${cookie}` },
    { cookie: pending, authorization: `Bearer ${pending.split("=")[1]}` },
  ];
  const asking = endpointsIn(NIL);
  expect(asking.length).toBeGreaterThan(40);
  const wrong: string[] = [];
  for (const { operationId, endpoint, path } of asking)
    for (const shown of headers) {
      const hasBody = endpoint.body !== undefined;
      const body = hasBody ? (SAMPLE_BODIES[operationId]?.(ANY_IDS) ?? {}) : undefined;
      const { status } = await api.call(endpoint.method, path, { body, headers: { origin: "http://localhost:3000", ...shown } });
      if (status !== 401) wrong.push(`${endpoint.method} ${path} ${status}`);
    }
  const closed = AUTH_ROUTES.filter(({ isOpen, path }) => !isOpen && !path.endsWith("/sign-out"));
  expect(closed.length).toBeGreaterThan(8);
  for (const { method, path, fields } of closed) {
    const body = Object.fromEntries(fields.map((field) => [field, FIELDS[field] ?? "x"]));
    const options = { ...(method === "POST" && { body }), headers: { origin: "http://localhost:3000", cookie: pending } };
    const { status } = await api.call(method, path, options);
    if (status !== 401) wrong.push(`${method} ${path} ${status}`);
  }
  expect(wrong).toEqual([]);
  expect((await api.call("GET", "/api/auth/get-session", { headers: { cookie: pending } })).text).toBe("null");
});

describe("a workspace that asks for a second factor", () => {
  async function askFor(workspaceId: string, isAsked: boolean) {
    await api.system.pool.query("UPDATE workspaces SET requires_second_factor = $2 WHERE id = $1", [uuidFromTypeId(workspaceId), isAsked]);
  }

  async function member() {
    const { cookie } = await signUp();
    const me = (await api.call("GET", "/v1/me", { headers: { cookie } })).json;
    const key = (await post("/v1/api-keys", { name: "ci", expiresAt: null }, cookie)).json.key as string;
    return { cookie, workspaceId: me.workspace.id as string, as: { key } as TestPerson };
  }

  test("lets nobody in without one, by session or key, but to what tells them so", async () => {
    const { cookie, workspaceId, as } = await member();
    await askFor(workspaceId, true);
    const open = endpointsIn(workspaceId).filter(({ endpoint }) => endpoint.worksWithoutSecondFactor);
    const ways = ["invitation.accept", "session.me", "session.setCredentials", "workspace.create", "workspace.leave", "workspace.list"];
    expect(open.map(({ operationId }) => operationId).toSorted()).toEqual(ways);
    const wrong: string[] = [];
    const closed = endpointsIn(workspaceId).filter(({ endpoint }) => !endpoint.worksWithoutSecondFactor);
    for (const { endpoint, path, operationId } of closed) {
      const body = endpoint.body ? (SAMPLE_BODIES[operationId]?.(ANY_IDS) ?? {}) : undefined;
      const asPerson = await api.call(endpoint.method, path, { body, headers: { cookie, origin: "http://localhost:3000" } });
      if (asPerson.status !== 403 || asPerson.json.remedy !== "second_factor") wrong.push(`${endpoint.method} ${path} ${asPerson.status}`);
      const asKey = await api.call(endpoint.method, path, { as, body });
      if (asKey.status !== 403 || (asKey.json.remedy !== "second_factor" && endpoint.auth !== "session"))
        wrong.push(`${endpoint.method} ${path} ${asKey.status} by key`);
    }
    expect(wrong).toEqual([]);
    expect((await api.call("GET", "/v1/workspaces", { headers: { cookie } })).json.data).toHaveLength(1);
    expect((await api.call("GET", "/v1/me", { headers: { cookie } })).json.secondFactor).toEqual({
      enabled: false,
      recoveryCodesLeft: 0,
      required: true,
    });
  });

  test("lets them in again once they have set one up, keys too; elsewhere nothing changes", async () => {
    const { cookie, workspaceId, as } = await member();
    await askFor(workspaceId, true);
    const other = await member();
    expect((await api.call("GET", "/v1/crews", { headers: { cookie: other.cookie } })).status).toBe(200);
    const enrolled = await enroll(cookie);
    expect((await api.call("GET", "/v1/crews", { headers: { cookie: enrolled.cookie } })).status).toBe(200);
    expect((await api.call("GET", "/v1/crews", { as })).status).toBe(200);
    expect((await api.call("GET", "/v1/me", { headers: { cookie: enrolled.cookie } })).json.secondFactor).toEqual({
      enabled: true,
      recoveryCodesLeft: 10,
      required: true,
    });
  });

  test("takes no ticket that was made before it asked", async () => {
    const { cookie, workspaceId } = await member();
    const { redeemSocketTicket } = await import("@crew/core/sessions/redeem-socket-ticket");
    const ticket = async () => (await post("/v1/socket-tickets", {}, cookie)).json.ticket as string;
    expect(await redeemSocketTicket(api.system, await ticket())).toMatchObject({ workspaceId });
    const made = await ticket();
    await askFor(workspaceId, true);
    expect(await redeemSocketTicket(api.system, made)).toBeUndefined();
  });
});

describe("step-up", () => {
  const age = (cookie: string) =>
    api.system.pool.query(
      "UPDATE sessions SET proven_at = now() - interval '601 seconds' WHERE token_hash = sha256(convert_to($1, 'UTF8'))",
      [decodeURIComponent(cookie.split("=")[1] ?? "").split(".", 1)[0]],
    );

  test("each endpoint that asks for it refuses old sessions and keys [ASVS 7.5.3]", async () => {
    const person = await api.person();
    await age(person.cookie);
    const marked = endpointsIn(person.actor.workspaceId).filter(({ endpoint }) => endpoint.stepUp);
    const answers = [];
    for (const { endpoint, path, operationId } of marked) {
      const body = endpoint.body ? (SAMPLE_BODIES[operationId]?.(ANY_IDS) ?? {}) : undefined;
      const asPerson = await api.call(endpoint.method, path, { body, headers: { cookie: person.cookie, origin: "http://localhost:3000" } });
      const asKey = await api.call(endpoint.method, path, { as: person, body });
      answers.push([operationId, asPerson.status, asPerson.json?.remedy, asKey.status, asKey.json?.remedy]);
    }
    expect(answers).toEqual(marked.map(({ operationId }) => [operationId, 403, "step_up", 403, undefined]));
    expect(marked.length).toBeGreaterThan(2);
  });

  test("the password makes a session fresh again where there is no second factor, and wrong ones are counted [ASVS 7.5.3, 6.3.1]", async () => {
    const { cookie } = await signUp();
    const isFresh = async () =>
      (
        await api.system.pool.query(
          "SELECT proven_at > now() - interval '1 minute' AS fresh FROM sessions WHERE token_hash = sha256(convert_to($1, 'UTF8'))",
          [decodeURIComponent(cookie.split("=")[1] ?? "").split(".", 1)[0]],
        )
      ).rows[0]?.fresh;
    await age(cookie);
    expect((await post("/v1/me/step-up", { password: "not the password" }, cookie)).status).toBe(400);
    expect((await post("/v1/me/step-up", { code: "123456" }, cookie)).status).toBe(400);
    expect((await post("/v1/me/step-up", { code: "123456", password: PASSWORD }, cookie)).status).toBe(400);
    expect(await isFresh()).toBe(false);
    expect((await post("/v1/me/step-up", { password: PASSWORD }, cookie)).status).toBe(204);
    expect(await isFresh()).toBe(true);
    const statuses = [];
    for (let i = 0; i < 12; i++) statuses.push((await post("/v1/me/step-up", { password: "not the password" }, cookie)).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await post("/v1/me/step-up", { password: PASSWORD }, cookie)).status).toBe(429);
  });

  test("who has a second factor shows a code, once", async () => {
    const { cookie, code } = await enroll((await signUp()).cookie);
    await age(cookie);
    expect((await post("/v1/me/step-up", { password: PASSWORD }, cookie)).status).toBe(400);
    const shown = code(1);
    expect((await post("/v1/me/step-up", { code: shown }, cookie)).status).toBe(204);
    expect((await post("/v1/me/step-up", { code: shown }, cookie)).status).toBe(400);
  });
});
