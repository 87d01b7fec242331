import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateModelProvider } from "@crew/contracts/model-providers";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { deleteCrew } from "../crews/delete-crew.ts";
import { createModelProvider } from "./create-model-provider.ts";
import { deleteModelProvider } from "./delete-model-provider.ts";
import { listModelProviders } from "./list-model-providers.ts";
import { findModelSource } from "./model-provider-repository.ts";
import { providerSettings } from "./provider-settings.ts";
import { updateModelProvider } from "./update-model-provider.ts";

let system: TestSystem;
beforeAll(async () => {
  const operator = { kind: "openai", name: "openai", baseUrl: null, apiKey: "sk-operators-own-key", models: [], isTrusted: true } as const;
  system = await openTestSystem({ config: { modelProviders: [{ ...operator, models: [] }] } });
});
afterAll(() => system[Symbol.asyncDispose]());

const KEY = "sk-a-key-of-the-workspace";
const input = (over: object = {}) =>
  CreateModelProvider.parse({ kind: "openai-compatible", name: "local", baseUrl: "https://models.example.com/v1", apiKey: KEY, ...over });

async function start() {
  const ctx = { ...system, actor: await createActor(system) };
  const settings = async (name = "local") => {
    const { provider: kept } = await findModelSource(system.statements, ctx.actor.workspaceId, name, "any");
    return kept && (await providerSettings(system, kept));
  };
  return { ctx, settings };
}

test("keeps a provider; its key can be used and not be read", async () => {
  const { ctx, settings } = await start();
  const provider = await createModelProvider(ctx, input({ models: ["llama-4"] }));
  expect(provider).toMatchObject({ name: "local", keyLastFour: KEY.slice(-4), source: "workspace", models: ["llama-4"] });
  const { data } = await listModelProviders(ctx);
  expect(data).toMatchObject([{ name: "demo", source: "builtin" }, { id: null, name: "openai", source: "environment" }, provider]);
  expect(await settings()).toMatchObject({ apiKey: KEY, isTrusted: false });
  const dump = { name: "test_dump_provider", text: "SELECT row_to_json(p)::text AS row FROM model_providers p WHERE id = $1" };
  const [row] = await system.statements.run<{ row: string }>(dump, [uuidFromTypeId(provider.id ?? "")]);
  for (const text of [row?.row, JSON.stringify(data), JSON.stringify(await readAudit(system, ctx.actor.workspaceId))])
    expect(text).not.toContain(KEY);
});

test("a sealed key opens for its own row alone [ASVS 13.3.1]", async () => {
  const { ctx, settings } = await start();
  await createModelProvider(ctx, input());
  await createModelProvider(ctx, input({ name: "other", apiKey: "sk-another-key-of-it" }));
  const swap = {
    name: "test_swap",
    text: `UPDATE model_providers SET api_key_encrypted = (SELECT api_key_encrypted FROM model_providers WHERE name = 'local' AND workspace_id = $1)
      WHERE name = 'other' AND workspace_id = $1`,
  };
  await system.statements.run(swap, [uuidFromTypeId(ctx.actor.workspaceId)]);
  await expect(settings("other")).rejects.toThrow();
});

test("first secrets that come at once share one data key", async () => {
  const { ctx, settings } = await start();
  const names = ["one", "two", "three", "four", "five"];
  await Promise.all(names.map((name) => createModelProvider(ctx, input({ name, apiKey: `sk-key-for-${name}` }))));
  for (const name of names) expect((await settings(name))?.apiKey).toBe(`sk-key-for-${name}`);
});

test("refuses names that are taken, addresses that hide secrets, and who may not", async () => {
  const { ctx } = await start();
  await createModelProvider(ctx, input());
  for (const name of ["local", "demo", "openai"])
    await expect(createModelProvider(ctx, input({ name }))).rejects.toMatchObject({ code: "conflict" });
  for (const baseUrl of ["https://user:pass@models.example.com/v1", "https://models.example.com/v1?key=abc"])
    await expect(createModelProvider(ctx, input({ name: "x", baseUrl }))).rejects.toMatchObject({
      detail: { issues: [{ path: "baseUrl" }] },
    });
  const builder = { ...system, actor: await createActor(system, { role: "builder", workspaceId: ctx.actor.workspaceId }) };
  await expect(createModelProvider(builder, input({ name: "x" }))).rejects.toMatchObject({ code: "forbidden" });
  expect((await listModelProviders(builder)).data).toHaveLength(3);
  const viewer = { ...system, actor: await createActor(system, { role: "viewer", workspaceId: ctx.actor.workspaceId }) };
  await expect(listModelProviders(viewer)).rejects.toMatchObject({ code: "forbidden" });
  const elsewhere = await start();
  expect((await createModelProvider(elsewhere.ctx, input())).name).toBe("local");
});

test("changes address, models and key; a key goes to no other address than the one it was given for", async () => {
  const { ctx, settings } = await start();
  const { id } = await createModelProvider(ctx, input());
  const update = (change: object) => updateModelProvider(ctx, id ?? "", change);
  expect(await update({ models: ["m"], baseUrl: "https://models.example.com/v2" })).toMatchObject({
    models: ["m"],
    keyLastFour: KEY.slice(-4),
  });
  const thief = { baseUrl: "https://thief.example.com/v1" };
  await expect(update(thief)).rejects.toMatchObject({ code: "invalid", detail: { issues: [{ path: "apiKey" }] } });
  expect(await settings()).toMatchObject({ baseUrl: "https://models.example.com/v2", apiKey: KEY });
  await update({ ...thief, apiKey: "sk-made-for-there" });
  expect(await settings()).toMatchObject({ ...thief, apiKey: "sk-made-for-there" });
  expect(await update({ apiKey: null })).toMatchObject({ keyLastFour: null });
  expect(await settings()).toMatchObject({ apiKey: null });
  await expect(update({ baseUrl: null })).rejects.toMatchObject({ detail: { issues: [{ path: "baseUrl" }] } });
});

test("a provider that a crew uses stays, and the answer names the crew; deleted crews do not count", async () => {
  const { ctx } = await start();
  const { id } = await createModelProvider(ctx, input());
  const byAgent = buildCrew({ name: "Crew by agent" });
  const crews = [
    await createCrew(ctx, buildCrew({ name: "Crew by model", model: "local/m" })),
    await createCrew(ctx, { ...byAgent, agents: byAgent.agents.map((agent) => ({ ...agent, model: "local/m" })) }),
  ];
  const refused = deleteModelProvider(ctx, id ?? "");
  await expect(refused).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Crew by agent, Crew by model") });
  for (const crew of crews) await deleteCrew(ctx, crew.id);
  expect(await deleteModelProvider(ctx, id ?? "")).toBeNull();
  expect((await listModelProviders(ctx)).data).toHaveLength(2);
});

test("another workspace's provider does not exist here", async () => {
  const { ctx } = await start();
  const { id } = await createModelProvider(ctx, input());
  const stranger = (await start()).ctx;
  await expect(updateModelProvider(stranger, id ?? "", { models: [] })).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteModelProvider(stranger, id ?? "")).rejects.toMatchObject({ code: "not_found" });
});

test("leaves audit rows", async () => {
  const { ctx } = await start();
  const { id } = await createModelProvider(ctx, input());
  await updateModelProvider(ctx, id ?? "", { apiKey: null, models: ["m"] });
  await deleteModelProvider(ctx, id ?? "");
  expect(await readAudit(system, ctx.actor.workspaceId)).toMatchObject([
    { action: "model_provider.created", subject: id, detail: { name: "local", hasKey: true } },
    { action: "model_provider.updated", subject: id, detail: { fields: ["models", "apiKey"] } },
    { action: "model_provider.deleted", subject: id, detail: { name: "local" } },
  ]);
});
