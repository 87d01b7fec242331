import type { CrewInput } from "@crew/contracts/crews";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startRun } from "../runs/start-run.ts";
import { createCrew } from "./create-crew.ts";
import { containmentOf } from "./crew-containment.ts";
import { getCrew } from "./get-crew.ts";
import { signOffCrew } from "./sign-off-crew.ts";
import { updateCrew } from "./update-crew.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const crewWith = (tools: string[], egressHosts: string[], more: Partial<CrewInput> = {}): CrewInput => {
  const { agents, tasks } = buildCrew();
  return buildCrew({ agents: agents.map((agent) => ({ ...agent, tools })), tasks, egressHosts, ...more });
};
const inputs = { inputs: { topic: "x" }, documents: [] };

test.each([
  ["all three", ["read_document", "http_get"], ["*"], false, true],
  ["secrets of http_post, its answers, every host", ["http_post"], ["*"], false, true],
  ["confidential inputs, the web, every host", ["http_get"], ["*"], true, true],
  ["the web and every host, nothing confidential", ["http_get"], ["*"], false, false],
  ["named hosts", ["read_document", "http_get"], ["api.example.org", "*.example.com"], false, false],
  ["no hosts", ["read_document", "http_get", "http_post"], [], true, false],
  ["nothing that sends", ["read_document", "calculator"], ["*"], true, false],
  ["a tool that this version does not know", ["mystery"], ["*"], false, true],
])("T-16 the three-way rule: %s", (_, tools, egressHosts, privateData, needsSignOff) => {
  expect(containmentOf(crewWith(tools, egressHosts, { privateData }), null).needsSignOff).toBe(needsSignOff);
});

test("T-18 what a crew remembers counts as private and as untrusted: the versions that wrote it may have read both", () => {
  const { agents, tasks } = buildCrew();
  const crew = crewWith(["http_get"], ["*"], { memory: true });
  expect(containmentOf(crew, null)).toMatchObject({
    privateData: ["memory"],
    untrustedContent: ["memory", "http_get"],
    needsSignOff: true,
  });
  expect(containmentOf({ ...crew, egressHosts: ["api.example.org"] }, null).needsSignOff).toBe(false);
  expect(containmentOf(buildCrew({ agents, tasks, egressHosts: ["*"], memory: true }), null).needsSignOff).toBe(false);
});

test("T-16 a crew with all three runs only after an admin has signed its version off, and its change asks again", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const crew = await createCrew(ctx, crewWith(["read_document", "http_get"], ["*"]));
  expect(crew.containment).toEqual({
    privateData: ["read_document"],
    untrustedContent: ["read_document", "http_get"],
    openEgress: ["http_get"],
    needsSignOff: true,
    signedOff: null,
  });
  await expect(startRun(ctx, crew.id, inputs)).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("sign this version off"),
  });

  const builder = { ...system, actor: await createActor(system, { role: "builder", workspaceId: ctx.actor.workspaceId }) };
  await expect(signOffCrew(builder, crew.id, { version: 1 })).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...system, actor: await createActor(system) };
  await expect(signOffCrew(stranger, crew.id, { version: 1 })).rejects.toMatchObject({ code: "not_found" });
  await expect(signOffCrew(ctx, crew.id, { version: 2 })).rejects.toMatchObject({ code: "conflict" });

  const signed = await signOffCrew(ctx, crew.id, { version: 1 });
  expect(signed.containment).toMatchObject({ needsSignOff: false, signedOff: { by: "Ada", at: expect.any(String) } });
  expect(await getCrew(ctx, crew.id)).toEqual(signed);
  expect((await startRun(ctx, crew.id, inputs)).state).toBe("queued");
  expect((await signOffCrew(ctx, crew.id, { version: 1 })).containment).toEqual(signed.containment);
  const { rows } = await system.pool.query("SELECT detail FROM audit_events WHERE action = 'crew.signed_off'");
  expect(rows).toEqual([{ detail: expect.objectContaining({ version: 1, openEgress: ["http_get"] }) }]);

  const changed = await updateCrew(ctx, crew.id, crewWith(["read_document", "http_get"], ["*"], { name: "Other" }));
  expect(changed.containment).toMatchObject({ needsSignOff: true, signedOff: null });
  await expect(startRun(ctx, crew.id, inputs)).rejects.toMatchObject({ code: "conflict" });
  const narrow = await updateCrew(ctx, crew.id, crewWith(["read_document", "http_get"], ["api.example.org"]));
  expect(narrow.containment.needsSignOff).toBe(false);
  expect((await startRun(ctx, crew.id, inputs)).state).toBe("queued");
});
