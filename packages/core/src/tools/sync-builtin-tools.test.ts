import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listTools } from "./list-tools.ts";
import { syncBuiltinTools } from "./sync-builtin-tools.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const tool = (name: string, description = name): Omit<EngineTool, "run"> => ({
  name,
  class: "read",
  description,
  parameters: { type: "object" },
});

test("the table says what the engine can do", async () => {
  await syncBuiltinTools(system);
  const { data } = await listTools({ ...system, actor: await createActor(system) });
  const expected = BUILTIN_TOOLS.map(({ name, class: kind, description, parameters }) => ({ name, class: kind, description, parameters }));
  expect(data.map(({ id: _id, kind: _kind, ...rest }) => rest)).toEqual(expected.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
});

test("tools keep their id by name, changed ones change, removed ones go", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  await syncBuiltinTools(system, [tool("alpha"), tool("beta")]);
  const before = (await listTools(ctx)).data;
  await syncBuiltinTools(system, [tool("beta", "better"), tool("gamma")]);
  const after = (await listTools(ctx)).data;
  expect(after.map(({ name, description }) => [name, description])).toEqual([
    ["beta", "better"],
    ["gamma", "gamma"],
  ]);
  expect(after[0]?.id).toBe(before[1]?.id);
});

test("processes of two versions that start together do not wait for each other forever", async () => {
  const versions = [
    [tool("alpha"), tool("beta")],
    [tool("beta"), tool("gamma")],
  ];
  await Promise.all(Array.from({ length: 12 }, (_, i) => syncBuiltinTools(system, versions[i % 2])));
  const { data } = await listTools({ ...system, actor: await createActor(system) });
  expect([
    ["alpha", "beta"],
    ["beta", "gamma"],
  ]).toContainEqual(data.map(({ name }) => name));
});

test("refuses who may not read crews", async () => {
  const actor = { ...(await createActor(system)), permissions: [] };
  await expect(listTools({ ...system, actor })).rejects.toMatchObject({ code: "forbidden" });
});
