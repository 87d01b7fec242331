import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKey } from "./create-api-key.ts";
import { findActorByApiKey } from "./find-actor-by-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { rotateApiKey } from "./rotate-api-key.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("the new key has the rights of the old one, which ends with the commit", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const made = await createApiKey(ctx, { name: "ci", scopes: ["runs:read"], expiresAt: null, rateClass: "low" });
  expect(await findActorByApiKey(system, made.key, "203.0.113.9")).toBeDefined();
  expect((await listApiKeys(ctx, { limit: 5 })).data).toMatchObject([{ lastUsedAddress: "203.0.113.9" }]);
  const { messages, stop } = await hear(system, `actor:${made.id}`);
  const { key, ...shown } = await rotateApiKey(ctx, made.id, { prefix: made.prefix });
  await stop();
  expect(messages).toEqual([{ type: "revoked" }]);
  expect(shown).toMatchObject({ id: made.id, scopes: ["runs:read"], rateClass: "low", prefix: key.slice(0, 11), lastUsedAt: null });
  expect(await findActorByApiKey(system, made.key)).toBeUndefined();
  expect(await findActorByApiKey(system, key)).toMatchObject({ apiKeyId: made.id, permissions: ["runs:read"], rateClass: "low" });
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({ action: "api_key.rotated", subject: made.id });
});

test("is refused for the key of before, another's, and by a key that may less", async () => {
  const owner = await createActor(system);
  const ctx = { ...system, actor: owner };
  const made = await createApiKey(ctx, { name: "ci", expiresAt: null });
  await rotateApiKey(ctx, made.id, { prefix: made.prefix });
  await expect(rotateApiKey(ctx, made.id, { prefix: made.prefix })).rejects.toMatchObject({ code: "conflict" });
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: owner.workspaceId }) };
  await expect(rotateApiKey(neighbor, made.id, { prefix: made.prefix })).rejects.toMatchObject({ code: "not_found" });
  const [now] = (await listApiKeys(ctx, { limit: 5 })).data;
  const narrow = { ...system, actor: { ...owner, kind: "api_key" as const, permissions: ["api-keys:write"] as const } };
  await expect(rotateApiKey(narrow, made.id, { prefix: now?.prefix ?? "" })).rejects.toMatchObject({ code: "forbidden" });
});
