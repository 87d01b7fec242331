import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

let on: TestApi;
beforeAll(async () => {
  on = await openTestApi();
});
afterAll(() => on[Symbol.asyncDispose]());

const browser = (person: TestPerson) => ({ cookie: person.cookie, origin: "http://localhost:3000" });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function tokenOf(person: TestPerson): Promise<string> {
  const { status, json } = await on.call("POST", "/v1/tokens", { headers: browser(person), body: {} });
  expect(status).toBe(201);
  return json.token;
}
const read = async (token: string) => (await on.call("GET", "/v1/me", { headers: bearer(token) })).status;
const write = async (token: string) => (await on.call("POST", "/v1/socket-tickets", { headers: bearer(token), body: {} })).status;
const crews = (token: string) =>
  on.call("POST", "/v1/conversations", { headers: bearer(token), body: { title: "x", model: "demo/extractive" } });

/** The clock of the server, moved on. */
function later(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1_000 });
}

test("a session is exchanged for a token that acts as the person, and that others can check by the published keys [ASVS 9.1.3]", async () => {
  const person = await on.person("operator");
  const token = await tokenOf(person);
  const me = await on.call("GET", "/v1/me", { headers: bearer(token) });
  expect(me.json).toMatchObject({ userId: person.actor.userId, workspace: { id: person.actor.workspaceId, role: "operator" } });
  const { keys } = JSON.parse((await on.call("GET", "/.well-known/jwks.json")).text);
  expect(keys).toEqual([{ kty: "OKP", crv: "Ed25519", use: "sig", alg: "EdDSA", kid: expect.any(String), x: expect.any(String) }]);
  const [header = "", claims = "", signature = ""] = token.split(".");
  const key = createPublicKey({ key: keys[0], format: "jwk" });
  expect(verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, "base64url"))).toBe(true);
  const payload = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect(payload).toMatchObject({
    iss: "http://localhost:3000",
    aud: "http://localhost:3000/v1",
    sub: person.actor.userId,
    role: "operator",
  });
  expect(payload.exp - payload.iat).toBe(600);
});

test("only a session is exchanged: no key, no token, nobody", async () => {
  const person = await on.person();
  const token = await tokenOf(person);
  expect((await on.call("POST", "/v1/tokens", { as: person, body: {} })).status).toBe(403);
  expect((await on.call("POST", "/v1/tokens", { headers: { ...browser(person), ...bearer(token) }, body: {} })).status).toBe(403);
  expect((await on.call("POST", "/v1/tokens", { body: {} })).status).toBe(401);
});

test("a read with a token asks the database nothing about who it is [ASVS 7.2.1]", async () => {
  const token = await tokenOf(await on.person());
  expect(await read(token)).toBe(200);
  const run = vi.spyOn(on.system.statements, "run");
  for (let i = 0; i < 5; i++) expect(await read(token)).toBe(200);
  const asked = run.mock.calls.map(([{ name }]) => name).filter((name) => /standing|session|signing|membership|api_key/.test(name));
  run.mockRestore();
  expect(asked).toEqual([]);
});

test("T-29 signing out ends the session's tokens at once on reads, writes and sockets [ASVS 7.4.1]", async () => {
  const person = await on.person();
  const token = await tokenOf(person);
  await using gateway = await openTestGateway(on.system);
  const ticket = await on.call("POST", "/v1/socket-tickets", { headers: bearer(token), body: {} });
  const socket = new WebSocket(gateway.url);
  socket.onopen = () => socket.send(JSON.stringify({ type: "auth", ticket: ticket.json.ticket }));
  await once(socket, "message");
  const closed = once(socket, "close");
  expect(await read(token)).toBe(200);
  const out = await on.call("POST", "/api/auth/sign-out", { headers: browser(person), body: {} });
  expect(out.status).toBe(200);
  await expect.poll(() => read(token)).toBe(401);
  expect(await write(token)).toBe(401);
  expect((await closed)[0].code).toBe(4401);
});

test("T-29 a session that ended unheard dies within 5 s on writes and within 60 s on reads [ASVS 7.4.1]", async () => {
  const person = await on.person();
  const [reader, writer] = [await tokenOf(person), await tokenOf(person)];
  expect([await read(reader), await write(writer)]).toEqual([200, 201]);
  await on.system.pool.query("DELETE FROM sessions WHERE user_id = $1", [uuidFromTypeId(person.actor.userId)]);
  try {
    later(4);
    expect([await read(reader), await write(writer)]).toEqual([200, 201]);
    later(2);
    expect([await read(reader), await write(writer)]).toEqual([200, 401]);
    later(56);
    expect(await read(reader)).toBe(401);
  } finally {
    vi.useRealTimers();
  }
});

test("T-29 a role that was taken away counts no more on the next write, and a removed member's token is worth nothing [ASVS 8.3.2]", async () => {
  const owner = await on.person();
  const builder = await on.person("builder", owner.actor.workspaceId);
  const token = await tokenOf(builder);
  expect((await crews(token)).status).toBe(201);
  const id = uuidFromTypeId(builder.actor.userId);
  await on.system.pool.query("UPDATE workspace_members SET role = 'viewer' WHERE user_id = $1", [id]);
  on.system.bus.publish(`actor:${builder.actor.userId}`, { type: "revoked" });
  await expect.poll(async () => (await crews(token)).status).toBe(403);
  await on.system.pool.query("DELETE FROM workspace_members WHERE user_id = $1", [id]);
  on.system.bus.publish(`actor:${builder.actor.userId}`, { type: "revoked" });
  await expect.poll(() => write(token)).toBe(401);
});
