import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cache, Statement } from "../system.ts";
import { createApiKey } from "./create-api-key.ts";
import { findActorByApiKey } from "./find-actor-by-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { revokeApiKey } from "./revoke-api-key.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

/** A process that remembers nothing, so that each look-up reads the rows. */
const noCache: Cache = { get: async () => undefined, set: async () => {}, delete: async () => {} };

test("knows who shows a key, with what scopes and role both allow", async () => {
  const owner = await createActor(system);
  const actor = await createActor(system, { role: "operator", workspaceId: owner.workspaceId });
  const { key, id } = await createApiKey({ ...system, actor }, { name: "ci", scopes: ["runs:start", "runs:read"], expiresAt: null });
  const found = { kind: "api_key", userId: actor.userId, apiKeyId: id, name: "ci", workspaceId: actor.workspaceId, rateClass: "standard" };
  expect(await findActorByApiKey(system, key)).toEqual({ ...found, role: "operator", permissions: ["runs:read", "runs:start"] });
  const demote = { name: "test_demote", text: "UPDATE workspace_members SET role = 'viewer' WHERE user_id = $1" };
  await system.statements.run(demote, [uuidFromTypeId(actor.userId)]);
  expect(await findActorByApiKey({ ...system, cache: noCache }, key)).toEqual({ ...found, role: "viewer", permissions: ["runs:read"] });
  const leave = { name: "test_leave", text: "DELETE FROM workspace_members WHERE user_id = $1" };
  await system.statements.run(leave, [uuidFromTypeId(actor.userId)]);
  expect(await findActorByApiKey({ ...system, cache: noCache }, key)).toBeUndefined();
});

test.each(["", "crew_", `crew_${"A".repeat(43)}`, `crew_${"A".repeat(42)}`, `crew_${"A".repeat(10_000)}`, "sk-123", "crew_' OR 1=1 --"])(
  "knows nobody by %j",
  async (key) => {
    expect(await findActorByApiKey(system, key)).toBeUndefined();
  },
);

test("a revoked key counts no more from the commit on", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const { key, id } = await createApiKey(ctx, { name: "ci", expiresAt: null });
  expect(await findActorByApiKey(system, key)).toBeDefined();
  const { messages, stop } = await hear(system, `actor:${id}`);
  expect(await revokeApiKey(ctx, id)).toBeNull();
  await stop();
  expect(messages).toEqual([{ type: "revoked" }]);
  expect(await findActorByApiKey(system, key)).toBeUndefined();
  expect((await listApiKeys(ctx, { limit: 5 })).data).toEqual([]);
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({
    action: "api_key.revoked",
    subject: id,
    detail: { name: "ci" },
  });
});

test("its owner revokes a key and who manages members, and nobody else", async () => {
  const owner = await createActor(system);
  const actor = await createActor(system, { role: "builder", workspaceId: owner.workspaceId });
  const { id, key } = await createApiKey({ ...system, actor }, { name: "ci", expiresAt: null });
  const neighbor = await createActor(system, { role: "builder", workspaceId: actor.workspaceId });
  await expect(revokeApiKey({ ...system, actor: neighbor }, id)).rejects.toMatchObject({ code: "not_found" });
  await expect(revokeApiKey({ ...system, actor: await createActor(system) }, id)).rejects.toMatchObject({ code: "not_found" });
  await expect(revokeApiKey({ ...system, actor: { ...actor, permissions: [] } }, id)).rejects.toMatchObject({ code: "forbidden" });
  expect(await findActorByApiKey(system, key)).toBeDefined();
});

test("an expired key counts no more, remembered or not", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const { key } = await createApiKey(ctx, { name: "short", expiresAt });
  expect(await findActorByApiKey(system, key)).toBeDefined();
  const later = { ...system, now: () => new Date(Date.now() + 61_000) };
  expect(await findActorByApiKey(later, key)).toBeUndefined();
  expect(await findActorByApiKey({ ...later, cache: noCache }, key)).toBeUndefined();
});

test("reads the rows once for many requests, and writes the last use at most once a minute", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const { key } = await createApiKey(ctx, { name: "busy", expiresAt: null });
  const names: string[] = [];
  const statements = {
    run: <Row>(statement: Statement, values: readonly unknown[]) => {
      names.push(statement.name);
      return system.statements.run<Row>(statement, values);
    },
  };
  for (let i = 0; i < 20; i++) await findActorByApiKey({ ...system, statements }, key);
  expect(names).toEqual(["find_api_key", "touch_api_key"]);
  await findActorByApiKey({ ...system, statements, cache: noCache }, key);
  expect(names).toEqual(["find_api_key", "touch_api_key", "find_api_key"]);
  const [shown] = (await listApiKeys(ctx, { limit: 1 })).data;
  expect(Date.now() - new Date(shown?.lastUsedAt ?? 0).getTime()).toBeLessThan(60_000);
});
