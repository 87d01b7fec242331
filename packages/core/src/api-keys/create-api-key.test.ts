import { uuidFromTypeId } from "@crew/contracts/ids";
import { PERMISSIONS } from "@crew/contracts/permissions";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKey } from "./create-api-key.ts";
import { listApiKeys } from "./list-api-keys.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const plain = { name: "ci", expiresAt: null };

test("the key is in the answer once; lists show its last four characters", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const { key, ...shown } = await createApiKey(ctx, plain);
  expect(key).toMatch(/^crew_[A-Za-z0-9_-]{43}$/);
  expect(shown).toMatchObject({ name: "ci", lastFour: key.slice(-4), scopes: PERMISSIONS, expiresAt: null, lastUsedAt: null });
  expect(await listApiKeys(ctx, { limit: 5 })).toEqual({ data: [shown], nextCursor: null });
});

test("no table holds the key, neither as text nor in a trace", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const { key, id } = await createApiKey(ctx, plain);
  const dump = { name: "test_dump_key", text: "SELECT row_to_json(k)::text AS row FROM api_keys k WHERE id = $1" };
  const [row] = await system.statements.run<{ row: string }>(dump, [uuidFromTypeId(id)]);
  expect(row?.row).toContain("key_hash");
  const secret = key.slice("crew_".length);
  for (const text of [row?.row, JSON.stringify(await readAudit(system, ctx.actor.workspaceId))]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(key).toString("hex"));
  }
});

test("refuses more than its maker may, a time that is over, and who may not make keys", async () => {
  const owner = await createActor(system);
  const operator = { ...system, actor: await createActor(system, { role: "operator", workspaceId: owner.workspaceId }) };
  const viewer = { ...system, actor: await createActor(system, { role: "viewer", workspaceId: owner.workspaceId }) };
  await expect(createApiKey(operator, { ...plain, scopes: ["runs:read", "crews:write"] })).rejects.toMatchObject({
    code: "invalid",
    detail: { issues: [{ path: "scopes.1" }] },
  });
  const past = { ...plain, expiresAt: "2020-01-01T00:00:00.000Z" };
  await expect(createApiKey(operator, past)).rejects.toMatchObject({ code: "invalid", detail: { issues: [{ path: "expiresAt" }] } });
  await expect(createApiKey(viewer, plain)).rejects.toMatchObject({ code: "forbidden" });
  await expect(listApiKeys(viewer, { limit: 5 })).rejects.toMatchObject({ code: "forbidden" });
  expect((await createApiKey(operator, plain)).scopes).toEqual(operator.actor.permissions);
});

test("a key that makes a key hands on no more than its own scopes", async () => {
  const owner = await createActor(system);
  const asKey = { ...system, actor: { ...owner, permissions: ["api-keys:write", "runs:read"] as const } };
  expect((await createApiKey(asKey, plain)).scopes).toEqual(["api-keys:write", "runs:read"]);
  await expect(createApiKey(asKey, { ...plain, scopes: ["crews:read"] })).rejects.toMatchObject({ code: "invalid" });
});

test("a person has at most a hundred, also when the last places are asked for at once; others' keys do not count", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: ctx.actor.workspaceId }) };
  for (let i = 0; i < 96; i += 8) await Promise.all(Array.from({ length: 8 }, () => createApiKey(ctx, plain)));
  const last = await Promise.allSettled(Array.from({ length: 8 }, () => createApiKey(ctx, plain)));
  expect(last.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  expect(last.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  await createApiKey(neighbor, plain);
  expect((await listApiKeys(neighbor, { limit: 5 })).data).toHaveLength(1);
});

test("leaves an audit row", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const { id } = await createApiKey(ctx, { ...plain, scopes: ["runs:read"] });
  expect(await readAudit(system, ctx.actor.workspaceId)).toMatchObject([
    { action: "api_key.created", subject: id, detail: { name: "ci", scopes: ["runs:read"], expiresAt: null } },
  ]);
});

test("only who manages members gives a key the highest rate", async () => {
  const owner = await createActor(system);
  const builder = { ...system, actor: await createActor(system, { role: "builder", workspaceId: owner.workspaceId }) };
  await expect(createApiKey(builder, { ...plain, rateClass: "high" })).rejects.toMatchObject({ code: "forbidden" });
  expect((await createApiKey(builder, { ...plain, rateClass: "low" })).rateClass).toBe("low");
  expect((await createApiKey({ ...system, actor: owner }, { ...plain, rateClass: "high" })).rateClass).toBe("high");
});

test("who manages members sees everybody's keys, and how each begins; others see their own", async () => {
  const owner = await createActor(system, { name: "Olga" });
  const builder = { ...system, actor: await createActor(system, { role: "builder", workspaceId: owner.workspaceId, name: "Bob" }) };
  const { id, key } = await createApiKey(builder, plain);
  expect((await listApiKeys({ ...system, actor: owner }, { limit: 5 })).data).toEqual([]);
  expect((await listApiKeys({ ...system, actor: owner }, { limit: 5, owner: "all" })).data).toMatchObject([
    { id, prefix: key.slice(0, 11), owner: { userId: builder.actor.userId, name: "Bob" } },
  ]);
  await expect(listApiKeys(builder, { limit: 5, owner: "all" })).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...system, actor: await createActor(system) };
  expect((await listApiKeys(stranger, { limit: 5, owner: "all" })).data).toEqual([]);
});
