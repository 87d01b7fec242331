import { randomUUID } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKey } from "../api-keys/create-api-key.ts";
import { findActorByApiKey } from "../api-keys/find-actor-by-api-key.ts";
import { revokeApiKey } from "../api-keys/revoke-api-key.ts";
import { createSocketTicket } from "./create-socket-ticket.ts";
import { redeemSocketTicket } from "./redeem-socket-ticket.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("T-13 a ticket stands for who asked for it, once, also when it is shown twice at once [ASVS 4.4.3]", async () => {
  const actor = await createActor(system);
  const { ticket, expiresAt } = await createSocketTicket({ ...system, actor });
  expect(new Date(expiresAt).getTime() - Date.now()).toBeLessThanOrEqual(30_000);
  const shown = await Promise.all(Array.from({ length: 4 }, () => redeemSocketTicket(system, ticket)));
  expect(shown.filter((found) => found !== undefined)).toEqual([actor]);
});

test("T-13 after thirty seconds, or never made, it stands for nobody", async () => {
  const { ticket } = await createSocketTicket({ ...system, actor: await createActor(system) });
  const later = { ...system, now: () => new Date(Date.now() + 31_000) };
  expect(await redeemSocketTicket(later, ticket)).toBeUndefined();
  expect(await redeemSocketTicket(system, ticket)).toBeUndefined();
  expect(await redeemSocketTicket(system, "x".repeat(200))).toBeUndefined();
});

test("T-13 what was taken away since the ticket was made is taken away", async () => {
  const owner = await createActor(system);
  const { key, id } = await createApiKey({ ...system, actor: owner }, { name: "ci", expiresAt: null });
  const keyActor = await findActorByApiKey(system, key);
  if (!keyActor) throw new Error("the key is not known");
  const good = await createSocketTicket({ ...system, actor: keyActor });
  expect(await redeemSocketTicket(system, good.ticket)).toEqual(keyActor);
  const bad = await createSocketTicket({ ...system, actor: keyActor });
  await revokeApiKey({ ...system, actor: owner }, id);
  expect(await redeemSocketTicket(system, bad.ticket)).toBeUndefined();

  const person = await createActor(system);
  const ofSession = await createSocketTicket({ ...system, actor: { ...person, sessionId: randomUUID() } });
  expect(await redeemSocketTicket(system, ofSession.ticket)).toBeUndefined();

  const builder = await createActor(system, { role: "builder", workspaceId: owner.workspaceId });
  const { ticket } = await createSocketTicket({ ...system, actor: builder });
  const demote = { name: "test_demote", text: "UPDATE workspace_members SET role = 'viewer' WHERE user_id = $1" };
  await system.statements.run(demote, [uuidFromTypeId(builder.userId)]);
  const found = await redeemSocketTicket(system, ticket);
  expect(found).toMatchObject({ role: "viewer", permissions: expect.not.arrayContaining(["crews:write", "runs:start"]) });
});

test("needs the permission to read the workspace; the table holds no ticket and sweeps itself", async () => {
  const actor = await createActor(system);
  await expect(createSocketTicket({ ...system, actor: { ...actor, permissions: [] } })).rejects.toMatchObject({ code: "forbidden" });
  const rows = () =>
    system.statements.run<{ row: string }>({ name: "test_tickets", text: "SELECT row_to_json(t)::text AS row FROM socket_tickets t" }, []);
  const first = await createSocketTicket({ ...system, actor });
  expect(JSON.stringify(await rows())).not.toContain(first.ticket);
  await createSocketTicket({ ...system, actor, now: () => new Date(Date.now() + 120_000) });
  expect(await rows()).toHaveLength(1);
});
