import { CreateModelProvider } from "@crew/contracts/model-providers";
import { createActor } from "@crew/testing/actors";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createModelProvider } from "./create-model-provider.ts";
import { deleteModelProvider } from "./delete-model-provider.ts";
import { listModelProviders } from "./list-model-providers.ts";
import { listModels } from "./list-models.ts";
import { resolveModel } from "./resolve-model.ts";
import { testModelProvider } from "./test-model-provider.ts";

const KEY = "sk-for-the-fake-provider";

const stack = new AsyncDisposableStack();
let provider: FakeProvider;
/** The operator has opened the fake provider's address. */
let system: TestSystem;

beforeAll(async () => {
  provider = stack.use(await startFakeProvider({ script: { apiKey: KEY, models: ["alpha", "beta"] } }));
  system = stack.use(await openTestSystem({ config: { egressAllow: [new URL(provider.url).host] } }));
});
afterAll(() => stack.disposeAsync());

const local = (over: object = {}) =>
  CreateModelProvider.parse({ kind: "openai-compatible", name: "local", baseUrl: `${provider.url}/v1`, apiKey: KEY, ...over });

async function start(over: object = {}, on = system) {
  const ctx = { ...on, actor: await createActor(on) };
  const { id } = await createModelProvider(ctx, local(over));
  return { ctx, id: id ?? "" };
}

test("a test asks the provider with the real key, and its list is remembered where there is none", async () => {
  const { ctx, id } = await start();
  expect(await testModelProvider(ctx, id)).toMatchObject({ ok: true, models: ["alpha", "beta"] });
  expect((await listModelProviders(ctx)).data.at(-1)?.models).toEqual(["alpha", "beta"]);
  const own = await start({ models: ["gamma"] });
  await testModelProvider(own.ctx, own.id);
  expect((await listModelProviders(own.ctx)).data.at(-1)?.models).toEqual(["gamma"]);
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({
    action: "model_provider.tested",
    subject: id,
    detail: { ok: true, models: 2 },
  });
});

test("a wrong key and an address that nobody answers are answers too, without the key in them", async () => {
  const wrong = "sk-the-wrong-key-altogether";
  for (const over of [{ apiKey: wrong }, { baseUrl: "http://127.0.0.1:9/v1" }]) {
    const { ctx, id } = await start(over);
    const outcome = await testModelProvider(ctx, id);
    expect(outcome).toMatchObject({ ok: false, models: [] });
    expect(outcome.message.length).toBeGreaterThan(5);
    expect(outcome.message).not.toContain(wrong);
  }
});

test("lists the demonstration first, then what providers offer and what was configured", async () => {
  const { ctx } = await start({ models: ["zeta"] });
  const { data } = await listModels(ctx);
  expect(data.map(({ name }) => name)).toEqual(["demo/extractive", "local/zeta", "local/alpha", "local/beta"]);
  expect(data.map(({ isDemo, inputUsdPerMillion }) => [isDemo, inputUsdPerMillion])[0]).toEqual([true, "0"]);
  expect(data[1]).toEqual({ name: "local/zeta", provider: "local", isDemo: false, inputUsdPerMillion: null, outputUsdPerMillion: null });
  const viewer = { ...system, actor: await createActor(system, { role: "viewer", workspaceId: ctx.actor.workspaceId }) };
  expect((await listModels(viewer)).data).toEqual(data);
  await expect(listModels({ ...ctx, actor: { ...ctx.actor, permissions: [] } })).rejects.toMatchObject({ code: "forbidden" });
});

test("the list is asked for once; a provider that is away is taken at its configured word", async () => {
  const away = await startFakeProvider({ script: { models: ["there"] } });
  await using open = await openTestSystem({ config: { egressAllow: [new URL(away.url).host] } });
  const ctx = { ...open, actor: await createActor(open) };
  await createModelProvider(ctx, local({ baseUrl: `${away.url}/v1`, models: ["kept"] }));
  const names = async () => (await listModels(ctx)).data.map(({ name }) => name);
  expect(await names()).toEqual(["demo/extractive", "local/kept", "local/there"]);
  await away[Symbol.asyncDispose]();
  expect(await names()).toEqual(["demo/extractive", "local/kept", "local/there"]);
  const other = { ...open, actor: await createActor(open) };
  await createModelProvider(other, local({ baseUrl: `${away.url}/v1`, models: ["kept"] }));
  expect((await listModels(other)).data.map(({ name }) => name)).toEqual(["demo/extractive", "local/kept"]);
});

test("resolves a model of the workspace, of the environment, and the demonstration", async () => {
  const operator = { kind: "openai", name: "openai", baseUrl: `${provider.url}/v1`, apiKey: KEY, models: [], isTrusted: true } as const;
  await using open = await openTestSystem({ config: { modelProviders: [{ ...operator, models: [] }] } });
  const { ctx, id } = await start({}, open);
  const { workspaceId } = ctx.actor;
  expect(await resolveModel(open, workspaceId, "local/org/alpha")).toMatchObject({ provider: "local", modelId: "org/alpha" });
  expect(await resolveModel(open, workspaceId, "openai/gpt")).toMatchObject({ provider: "openai", modelId: "gpt" });
  expect(await resolveModel(open, workspaceId, "demo/extractive")).toMatchObject({ kind: "demo" });
  await deleteModelProvider(ctx, id);
  for (const gone of ["local/alpha", "nonsense", "local/"])
    await expect(resolveModel(open, workspaceId, gone)).rejects.toMatchObject({ code: "invalid" });
  const elsewhere = await start({}, open);
  await expect(resolveModel(open, workspaceId, "local/alpha")).rejects.toThrow("no model provider named local");
  expect(await resolveModel(open, elsewhere.ctx.actor.workspaceId, "local/alpha")).toMatchObject({ provider: "local" });
});

test("a workspace reaches this machine only where the operator allows it, or the installation is its owner's own", async () => {
  await using closed = await openTestSystem();
  const refused = await start({}, closed);
  expect(await testModelProvider(refused.ctx, refused.id)).toMatchObject({ ok: false });
  const asEmbedded = (publicUrl: string) => ({
    ...refused.ctx,
    installation: { ...closed.installation, mode: "embedded" as const, publicUrl },
  });
  expect(await testModelProvider(asEmbedded("https://crews.example.com"), refused.id)).toMatchObject({ ok: false });
  expect(await testModelProvider(asEmbedded("http://localhost:3000"), refused.id)).toMatchObject({ ok: true });
});

test("refuses a test without permission and from outside", async () => {
  const { ctx, id } = await start();
  const builder = { ...system, actor: await createActor(system, { role: "builder", workspaceId: ctx.actor.workspaceId }) };
  await expect(testModelProvider(builder, id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(testModelProvider({ ...system, actor: await createActor(system) }, id)).rejects.toMatchObject({ code: "not_found" });
});
