import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { findLostRights } from "@crew/core/access/find-lost-rights";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { removeMember } from "@crew/core/members/remove-member";
import { updateMember } from "@crew/core/members/update-member";
import { createActor } from "@crew/testing/actors";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { insertTestRun } from "@crew/testing/write-run-events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";

describe("socket gateway", () => {
  let system: TestSystem;
  let gateway: TestGateway;
  let ada: Actor;
  beforeAll(async () => {
    system = await openTestSystem();
    gateway = await openTestGateway(system, { authenticateMs: 1_000, socketsPerUser: 5, subscriptionsPerSocket: 3 });
    ada = await createActor(system);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await system?.[Symbol.asyncDispose]();
  });

  const connect = (options: ClientOptions = {}) => new SocketReader(new WebSocket(gateway.url, options));
  async function signIn(actor: Actor): Promise<SocketReader> {
    const reader = connect();
    await reader.opened;
    reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
    await reader.next("ready");
    return reader;
  }
  async function refusal(options: ClientOptions, url = gateway.url): Promise<number | undefined> {
    const socket = new WebSocket(url, options);
    socket.on("error", () => {});
    const [, response] = await once(socket, "unexpected-response");
    socket.terminate();
    return response.statusCode;
  }

  test("T-13 a ticket opens one socket, once [ASVS 4.4.4]", async () => {
    const ticket = await gateway.ticketFor(ada);
    const first = connect();
    const second = connect();
    await Promise.all([first.opened, second.opened]);
    for (const reader of [first, second]) reader.send({ type: "auth", ticket });
    const refused = await Promise.race([first.closed, second.closed]);
    expect(refused).toBe(4401);
    await expect.poll(() => first.of("ready").length + second.of("ready").length).toBe(1);
    for (const reader of [first, second]) reader.socket.terminate();
  });

  test("who shows nothing in time, or something else first, is closed with 4401", async () => {
    expect(await connect().closed).toBe(4401);
    const hasty = connect();
    await hasty.opened;
    hasty.send({ type: "subscribe", topic: "workspace" });
    expect(await hasty.closed).toBe(4401);
    expect(hasty.frames).toEqual([]);
    const liar = connect();
    await liar.opened;
    liar.send({ type: "auth", ticket: "nonsense" });
    expect(await liar.closed).toBe(4401);
  });

  test("T-13 a foreign page gets no socket, not even with a good cookie; our own page needs no ticket [ASVS 4.4.2]", async () => {
    const cookie = (await gateway.auth.startSession(ada.userId, { address: null, userAgent: null })).split(";")[0] ?? "";
    const { host, hostname, port } = new URL(system.installation.publicUrl);
    const foreign = [
      "https://evil.example",
      "null",
      "http://127.0.0.1:1",
      "http://localhost.evil.example:3000",
      `https://${host}`,
      `http://${hostname}:${Number(port) + 1}`,
      `http://${hostname}`,
      `http://${host}.evil.example`,
      `http://evil.example/${host}`,
      `http://user@${host}`,
      `http://${host}, http://evil.example`,
      `http://${host} http://evil.example`,
      `ws://${host}`,
      "file://",
      "chrome-extension://abcdefghijklmnop",
    ];
    for (const origin of foreign) {
      expect(await refusal({ origin, headers: { cookie } }), origin).toBe(403);
    }
    const page = connect({ origin: system.installation.publicUrl, headers: { cookie } });
    await page.next("ready");
    const noOrigin = connect({ headers: { cookie } });
    expect(await noOrigin.closed).toBe(4401);
    const wrongCookie = connect({ origin: system.installation.publicUrl, headers: { cookie: `${cookie.slice(0, -3)}abc` } });
    expect(await wrongCookie.closed).toBe(4401);
    page.socket.terminate();
  });

  test("only /ws is upgraded", async () => {
    expect(await refusal({}, gateway.url.replace("/ws", "/other"))).toBe(404);
    expect(await refusal({}, `${gateway.url}x`)).toBe(404);
  });

  test("bad frames are told as such and end nothing", async () => {
    const reader = await signIn(await createActor(system));
    const bad = [
      "",
      "{",
      "null",
      "[]",
      "5",
      '"text"',
      '{"type":"nothing"}',
      '{"type":"subscribe"}',
      '{"type":"subscribe","topic":"run:1"}',
      '{"type":"subscribe","topic":"workspace","after":-1}',
      '{"type":"subscribe","topic":"workspace","after":1.5}',
      '{"type":"subscribe","topic":"workspace","extra":1}',
      '{"type":"message.send","conversationId":"x","clientMessageId":"a","content":"b"}',
      '{"type":"__proto__"}',
      `{"type":"ping","deep":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
    ];
    for (const text of bad) reader.socket.send(text);
    (reader.socket as WebSocket).send(Buffer.from([1, 2, 3]), { binary: true });
    await reader.until(() => reader.of("error").length === bad.length + 1);
    for (const { code, requestId } of reader.of("error")) {
      expect(code).toBe("invalid");
      expect(requestId).toMatch(/^req_/);
    }
    reader.send({ type: "ping" });
    await reader.next("pong");
    reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
    await reader.next("error", ({ code }) => code === "conflict");
    reader.socket.send("x".repeat(300 * 1024));
    expect(await reader.closed).toBe(1009);
  });

  test("caps a user's sockets and a socket's topics", async () => {
    const bob = await createActor(system, { name: "Bob" });
    const readers = await Promise.all(Array.from({ length: 5 }, () => signIn(bob)));
    const sixth = connect();
    await sixth.opened;
    sixth.send({ type: "auth", ticket: await gateway.ticketFor(bob) });
    expect((await sixth.next("error")).code).toBe("limited");
    expect(await sixth.closed).toBe(1013);
    readers[0]?.socket.terminate();
    await expect
      .poll(async () => {
        const again = connect();
        await again.opened;
        again.send({ type: "auth", ticket: await gateway.ticketFor(bob) });
        const outcome = await Promise.race([again.next("ready").then(() => "ready"), again.closed.then(() => "closed")]).catch(
          () => "closed",
        );
        if (outcome === "ready") readers.push(again);
        return outcome;
      })
      .toBe("ready");
    const reader = readers[1] as SocketReader;
    const runs = await Promise.all(Array.from({ length: 4 }, () => insertTestRun(system, bob)));
    for (const run of runs) reader.send({ type: "subscribe", topic: `run:${run.id}` });
    expect(await reader.next("error")).toMatchObject({ code: "limited", topic: `run:${runs[3]?.id}` });
    reader.send({ type: "unsubscribe", topic: `run:${runs[0]?.id}` });
    reader.send({ type: "subscribe", topic: `run:${runs[3]?.id}` });
    await reader.next("caught_up", ({ topic }) => topic === `run:${runs[3]?.id}`);
    for (const each of readers) each.socket.terminate();
  });

  test("T-13 a revoked key or session closes its sockets at once [ASVS 7.4.1]", async () => {
    const carol = await createActor(system, { name: "Carol" });
    const reader = await signIn(carol);
    const other = await signIn(ada);
    system.bus.publish(`actor:${carol.userId}`, { type: "revoked" });
    expect(await reader.closed).toBe(4401);
    other.send({ type: "ping" });
    await other.next("pong");
    other.socket.terminate();
  });

  test("T-13 a member who is removed, and a person who signs out, lose their sockets within five seconds [ASVS 8.3.2]", async () => {
    const guest = await createActor(system, { name: "Guest", workspaceId: ada.workspaceId, role: "operator" });
    const removed = await signIn(guest);
    removed.send({ type: "subscribe", topic: "workspace" });
    await removed.next("caught_up");
    const started = performance.now();
    await removeMember(actingFor(system, ada), { workspaceId: ada.workspaceId, userId: guest.userId });
    expect([4401, 4403]).toContain(await removed.closed);
    const cookie = (await gateway.auth.startSession(ada.userId, { address: null, userAgent: null })).split(";")[0] ?? "";
    const page = connect({ origin: system.installation.publicUrl, headers: { cookie } });
    await page.next("ready");
    const headers = {
      cookie,
      origin: system.installation.publicUrl,
      host: new URL(system.installation.publicUrl).host,
      "content-type": "application/json",
    };
    const signOut = new Request(`${system.installation.publicUrl}/api/auth/sign-out`, { method: "POST", headers, body: "{}" });
    expect((await gateway.auth.handle(signOut, { address: null, userAgent: null })).status).toBe(200);
    expect([4401, 4403]).toContain(await page.closed);
    expect(performance.now() - started).toBeLessThan(5_000);
    const back = connect({ origin: system.installation.publicUrl, headers: { cookie } });
    expect(await back.closed).toBe(4401);
  });

  test("T-13 a revocation that the bus has lost closes the socket within 5 s all the same [ASVS 7.4.1]", async () => {
    const [member, key, session] = [await createActor(system), await createActor(system), await createActor(system)];
    const { id } = await createApiKey(actingFor(system, key), { name: "ci", expiresAt: null, rateClass: "standard" });
    const cookie = (await gateway.auth.startSession(session.userId, { address: null, userAgent: null })).split(";")[0] ?? "";
    const page = connect({ origin: system.installation.publicUrl, headers: { cookie } });
    const [removed, revoked, stays] = [
      await signIn(member),
      await signIn({ ...key, kind: "api_key", apiKeyId: id }),
      await signIn(await createActor(system)),
    ];
    await page.next("ready");
    const started = performance.now();
    // Past every verb, so that nothing is told to anybody.
    await system.pool.query("DELETE FROM workspace_members WHERE user_id = $1", [uuidFromTypeId(member.userId)]);
    await system.pool.query("DELETE FROM api_keys WHERE id = $1", [uuidFromTypeId(id)]);
    await system.pool.query("DELETE FROM sessions WHERE user_id = $1", [uuidFromTypeId(session.userId)]);
    expect(await Promise.all([removed, revoked, page].map((reader) => reader.closed))).toEqual([4401, 4401, 4401]);
    expect(performance.now() - started).toBeLessThan(6_000);
    stays.send({ type: "ping" });
    expect(await stays.next("pong")).toEqual({ type: "pong" });
    stays.socket.terminate();
  });

  test("T-13 a role that was changed, and permissions taken from an own role, count within 5 s, told or not [ASVS 8.3.2]", async () => {
    const demoted = await createActor(system, { name: "Demoted", workspaceId: ada.workspaceId, role: "operator" });
    const told = await signIn(demoted);
    await updateMember(
      actingFor(system, ada),
      { workspaceId: ada.workspaceId, userId: demoted.userId },
      { role: "viewer", customRoleId: null },
    );
    expect(await told.closed).toBe(4401);

    const custom = await createActor(system, { name: "Custom", workspaceId: ada.workspaceId, role: "viewer" });
    const permissions = ["workspace:read", "runs:read"];
    const roleId = uuidFromTypeId(system.newId("role"));
    await system.pool.query(
      "INSERT INTO custom_roles (id, workspace_id, name, description, permissions, created_at, updated_at) VALUES ($1, $2, 'Reader', '', $3, now(), now())",
      [roleId, uuidFromTypeId(ada.workspaceId), permissions],
    );
    await system.pool.query("UPDATE workspace_members SET role = 'custom', custom_role_id = $1 WHERE user_id = $2", [
      roleId,
      uuidFromTypeId(custom.userId),
    ]);
    const narrowed = await signIn({ ...custom, role: "custom", permissions: ["workspace:read", "runs:read"] });
    // It stays while nothing is taken away, for longer than a look at all sockets takes.
    await setTimeout(4_500);
    narrowed.send({ type: "ping" });
    await narrowed.next("pong");
    await system.pool.query("UPDATE custom_roles SET permissions = '{workspace:read}' WHERE id = $1", [roleId]);
    expect(await narrowed.closed).toBe(4401);
  });

  test("T-13 an app that acts for its maker and was deleted has no socket, though the bus has lost it [ASVS 7.4.1]", async () => {
    const maker = await createActor(system);
    const [lost, stays] = [{ ...maker, oauthClientId: system.newId("client") }, maker];
    const holders = [lost, stays].map((actor) => ({ actor, crewIds: [] }));
    expect(await findLostRights(system, holders)).toEqual([{ holder: holders[0], isGone: true, lostCrewIds: [] }]);
  });

  test("T-13 who signs out loses the sockets that were opened by tickets of the session, and its tickets", async () => {
    const dora = await createActor(system, { name: "Dora" });
    const cookie = (await gateway.auth.startSession(dora.userId, { address: null, userAgent: null })).split(";")[0] ?? "";
    const { rows } = await system.pool.query<{ id: string }>("SELECT id FROM sessions WHERE user_id = $1", [uuidFromTypeId(dora.userId)]);
    const actor = { ...dora, sessionId: rows[0]?.id ?? "" };
    const page = await signIn(actor);
    const unused = await gateway.ticketFor(actor);
    const { publicUrl } = system.installation;
    const headers = { cookie, origin: publicUrl, host: new URL(publicUrl).host, "content-type": "application/json" };
    const signOut = new Request(`${publicUrl}/api/auth/sign-out`, { method: "POST", headers, body: "{}" });
    expect((await gateway.auth.handle(signOut, { address: null, userAgent: null })).status).toBe(200);
    expect(await page.closed).toBe(4401);
    const late = connect();
    await late.opened;
    late.send({ type: "auth", ticket: unused });
    expect(await late.closed).toBe(4401);
  });

  test("tells who watches a workspace what changed there, and nobody else", async () => {
    const [own, foreign] = [await signIn(await createActor(system)), await signIn(ada)];
    for (const reader of [own, foreign]) reader.send({ type: "subscribe", topic: "workspace" });
    await Promise.all([own.next("caught_up"), foreign.next("caught_up")]);
    const id = system.newId("run");
    for (let index = 0; index < 50; index++) system.bus.publish(`workspace:${ada.workspaceId}`, { type: "changed", what: "run", id });
    expect(await foreign.next("changed")).toEqual({ type: "changed", topic: "workspace", what: "run", id });
    expect(foreign.of("changed")).toHaveLength(1);
    expect(own.of("changed")).toEqual([]);
    for (const reader of [own, foreign]) reader.socket.terminate();
  });
});

describe("a gateway's end and its dead peers", () => {
  test("every client is told to come back, and nobody is let in any more", async () => {
    await using system = await openTestSystem();
    await using gateway = await openTestGateway(system);
    const actor = await createActor(system);
    const readers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const reader = new SocketReader(new WebSocket(gateway.url));
        await reader.opened;
        reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
        await reader.next("ready");
        return reader;
      }),
    );
    const health = gateway.url.replace("ws:", "http:").replace("/ws", "");
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    await gateway.chatbot.close();
    expect(await Promise.all(readers.map((reader) => reader.closed))).toEqual(Array.from({ length: 10 }, () => 1012));
    expect((await fetch(`${health}/healthz`)).status).toBe(200);
    expect((await fetch(`${health}/readyz`)).status).toBe(503);
    await expect(new SocketReader(new WebSocket(gateway.url)).opened).rejects.toThrow("503");
  });

  test("a peer that answers no ping is let go; one that does stays", async () => {
    await using system = await openTestSystem();
    await using gateway = await openTestGateway(system, { pingEveryMs: 100, deadAfterMs: 400 });
    const actor = await createActor(system);
    const open = async (options: ClientOptions) => {
      const reader = new SocketReader(new WebSocket(gateway.url, options));
      await reader.opened;
      reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
      await reader.next("ready");
      return reader;
    };
    const dead = await open({ autoPong: false });
    const alive = await open({});
    expect(await dead.closed).toBe(1006);
    alive.send({ type: "ping" });
    await alive.next("pong");
    alive.socket.terminate();
  });
});
