import { uuidFromTypeId } from "@crew/contracts/ids";
import { actingFor } from "@crew/core/access/acting-for";
import type { Actor } from "@crew/core/access/actor";
import { findLostRights } from "@crew/core/access/find-lost-rights";
import { setCrewGrant } from "@crew/core/crew-grants/set-crew-grant";
import { createCrew } from "@crew/core/crews/create-crew";
import { createOAuthClient } from "@crew/core/oauth-apps/create-oauth-client";
import { startRun } from "@crew/core/runs/start-run";
import type { Statements } from "@crew/core/system";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { writeRunEvents } from "@crew/testing/write-run-events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";

/** What is taken away here is taken past every verb: the bus tells nobody, and only the look at all sockets finds it. */

let system: TestSystem;
let gateway: TestGateway;
/** How many sockets each look has asked about. */
const looks: number[] = [];

beforeAll(async () => {
  system = await openTestSystem();
  const statements: Statements = {
    run(statement, values) {
      if (statement.name === "find_lost_standings") looks.push(JSON.parse(String(values[0])).length);
      return system.statements.run(statement, values);
    },
  };
  gateway = await openTestGateway({ ...system, statements }, { recheckMs: 100 });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});

async function showTicket(ticket: string): Promise<SocketReader> {
  const reader = new SocketReader(new WebSocket(gateway.url));
  await reader.opened;
  reader.send({ type: "auth", ticket });
  return reader;
}

async function signIn(actor: Actor): Promise<SocketReader> {
  const reader = await showTicket(await gateway.ticketFor(actor));
  await reader.next("ready");
  return reader;
}

test("T-13 a socket whose ticket was drawn with a token ends with the token's session, and so does the ticket [ASVS 7.4.1]", async () => {
  const person = await createActor(system);
  await gateway.auth.startSession(person.userId, { address: null, userAgent: null });
  await gateway.auth.startSession(person.userId, { address: null, userAgent: null });
  const { rows } = await system.pool.query<{ id: string }>("SELECT id FROM sessions WHERE user_id = $1", [uuidFromTypeId(person.userId)]);
  const [ends, stays] = await Promise.all(
    rows.map(async ({ id }) => {
      const { token } = await gateway.auth.tokens.issue({ ...person, sessionId: id });
      const actor = await gateway.auth.tokens.identify(token, "write");
      if (!actor) throw new Error("the token counts for nobody");
      return { id, unused: await gateway.ticketFor(actor), reader: await signIn(actor) };
    }),
  );
  await system.pool.query("DELETE FROM sessions WHERE id = $1", [ends?.id]);
  expect(await ends?.reader.closed).toBe(4401);
  expect(await (await showTicket(ends?.unused ?? "")).closed).toBe(4401);
  stays?.reader.send({ type: "ping" });
  await stays?.reader.next("pong");
  stays?.reader.socket.terminate();
});

test("T-13 an app's socket ends when the app, or what its person gave it, is allowed less [ASVS 8.3.2]", async () => {
  const maker = await createActor(system);
  const client = await createOAuthClient(actingFor(system, maker), {
    name: "Desk",
    kind: "public",
    redirectUris: ["http://localhost:7777/cb"],
    scopes: ["workspace:read", "runs:read"],
    actsAlone: false,
  });
  const grantId = system.newId("grant");
  await system.pool.query(
    "INSERT INTO oauth_grants (id, workspace_id, user_id, client_id, scopes, created_at) VALUES ($1, $2, $3, $4, $5, now())",
    [...[grantId, maker.workspaceId, maker.userId, client.id].map(uuidFromTypeId), ["workspace:read", "runs:read"]],
  );
  const app = { kind: "oauth_client", oauthClientId: client.id, oauthGrantId: grantId } as const;
  const [narrowed, small] = [
    { actor: { ...maker, ...app, permissions: ["workspace:read", "runs:read"] } as Actor, crewIds: [] },
    { actor: { ...maker, ...app, permissions: ["workspace:read"] } as Actor, crewIds: [] },
  ];
  expect(await findLostRights(system, [narrowed, small])).toEqual([]);
  for (const table of ["oauth_grants", "oauth_clients"]) {
    await system.pool.query(`UPDATE ${table} SET scopes = '{workspace:read}'`);
    expect(await findLostRights(system, [small, narrowed])).toEqual([{ holder: narrowed, isGone: true, lostCrewIds: [] }]);
    await system.pool.query(`UPDATE ${table} SET scopes = '{workspace:read,runs:read}'`);
  }
  await system.pool.query("DELETE FROM oauth_grants");
  expect(await findLostRights(system, [small])).toMatchObject([{ isGone: true }]);
});

test("T-07 who loses a grant on a crew follows its runs no more, is told so and keeps the rest; one statement asks for all", async () => {
  const owner = await createActor(system);
  const ctx = actingFor(system, owner);
  const viewer = await createActor(system, { role: "viewer", workspaceId: owner.workspaceId });
  const runs = await Promise.all(
    ["Lost", "Kept"].map(async (name) => {
      const crew = await createCrew(ctx, buildCrew({ name }));
      await setCrewGrant(ctx, { crewId: crew.id, userId: viewer.userId }, { permissions: ["see_traces"] });
      const { id } = await startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
      return { id, crewId: crew.id, topic: `run:${id}` };
    }),
  );
  const [lost, kept] = runs as [(typeof runs)[0], (typeof runs)[0]];
  // As by a role of the workspace's own that sees no runs.
  const granted = await signIn({ ...viewer, permissions: ["workspace:read"] });
  const byRole = await signIn(owner);
  for (const { topic } of runs) {
    for (const reader of [granted, byRole]) reader.send({ type: "subscribe", topic });
    for (const reader of [granted, byRole]) await reader.next("caught_up", (frame) => frame.topic === topic);
  }
  // Both stay for two looks while nothing is taken away.
  const seen = looks.length;
  await expect.poll(() => looks.length).toBeGreaterThan(seen + 2);
  expect(looks.at(-1)).toBe(2);
  expect(granted.of("error")).toEqual([]);

  await system.pool.query("DELETE FROM crew_grants WHERE crew_id = $1", [uuidFromTypeId(lost.crewId)]);
  const told = await granted.next("error");
  expect(told).toMatchObject({ code: "forbidden", topic: lost.topic });
  expect(told.message).toContain("your grant on it was taken away");
  for (const { id } of runs) await writeRunEvents(system, id, 1, [{ type: "run_resumed" }]);
  const isNew = ({ topic, event }: { topic: string; event: { seq: number } }) => topic === kept.topic && event.seq === 2;
  await granted.next("event", isNew);
  await byRole.next("event", ({ topic, event }) => topic === lost.topic && event.seq === 2);
  expect(granted.of("event").filter(({ topic }) => topic === lost.topic)).toHaveLength(1);
  // What else it was let in for goes on, and the lost crew is not to be had anew.
  granted.send({ type: "subscribe", topic: lost.topic });
  await granted.until(() => granted.of("error").length === 2);

  await system.pool.query("UPDATE crew_grants SET permissions = '{run}' WHERE crew_id = $1", [uuidFromTypeId(kept.crewId)]);
  await granted.next("error", ({ topic }) => topic === kept.topic);
  granted.send({ type: "ping" });
  await granted.next("pong");
  expect(byRole.of("error")).toEqual([]);
  for (const reader of [granted, byRole]) reader.socket.terminate();
});
