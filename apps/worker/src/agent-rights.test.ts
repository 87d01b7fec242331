import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { findActorByApiKey } from "@crew/core/api-keys/find-actor-by-api-key";
import { revokeApiKey } from "@crew/core/api-keys/revoke-api-key";
import { removeCrewGrant } from "@crew/core/crew-grants/remove-crew-grant";
import { setCrewGrant } from "@crew/core/crew-grants/set-crew-grant";
import { createCrew } from "@crew/core/crews/create-crew";
import { removeMember } from "@crew/core/members/remove-member";
import { updateMember } from "@crew/core/members/update-member";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import type { EngineTool } from "@crew/engine/tool";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let owner: Actor;
/** What the tools have done. */
let acts: string[];
/** Called by the tool that waits, with what lets it go on. */
let onWaiting: (goOn: () => void) => void;

const tool = (name: string, more: Partial<EngineTool>): EngineTool => ({
  name,
  class: "read",
  description: name,
  parameters: { type: "object", properties: {}, additionalProperties: false },
  run: async () => {
    acts.push(name);
    return "done";
  },
  ...more,
});
const TOOLS = [
  tool("look_up", {}),
  tool("manage_people", { needs: "members:write" }),
  tool("wait", { run: () => new Promise<string>((resolve) => onWaiting(() => resolve("waited"))) }),
];

beforeAll(async () => {
  fake = await startFakeProvider();
  const provider = {
    kind: "openai-compatible" as const,
    name: "fake",
    baseUrl: `${fake.url}/v1`,
    apiKey: "sk-fake",
    models: [],
    isTrusted: true,
  };
  system = await openTestSystem({ config: { modelProviders: [provider] } });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  acts = [];
  onWaiting = () => {};
  fake.clearJournal();
  owner = await createActor(system);
  for (const { name } of TOOLS)
    await system.pool.query(
      "INSERT INTO tools (id, workspace_id, name, kind, class, description, parameters) VALUES ($1, $2, $3, 'builtin', 'read', '', '{}')",
      [randomUUID(), uuidFromTypeId(owner.workspaceId), name],
    );
});

const as = (actor: Actor) => ({ ...system, actor });
const call = (name: string) => ({ toolCalls: [{ name, arguments: {} }] });
const member = (role: "viewer" | "operator") => createActor(system, { role, workspaceId: owner.workspaceId, name: "Bob" });

async function crewOf(over: Partial<CrewInput> = {}) {
  const { agents, tasks } = buildCrew();
  const scout = agents.slice(0, 1).map((agent) => ({ ...agent, tools: TOOLS.map(({ name }) => name) }));
  return createCrew(as(owner), buildCrew({ model: "fake/fake-model", agents: scout, tasks: tasks.slice(0, 1), ...over }));
}

const start = (actor: Actor, crewId: string) => startRun(as(actor), crewId, { inputs: { topic: "tides" }, documents: [] });

async function refusals(): Promise<unknown[]> {
  return (await readAudit(system, owner.workspaceId))
    .filter(({ action }) => action.endsWith(".refused"))
    .map(({ action, actor, detail }) => ({ action, by: actor.userId, detail }));
}

/** Runs two tool calls; `meanwhile` happens while the first is under way, and the clock then moves on by 5 s. */
async function runThrough(actor: Actor, crewId: string, meanwhile: () => Promise<unknown>): Promise<Run> {
  fake.setScript({ entries: [call("wait"), call("look_up"), { text: "end" }] });
  let aheadMs = 0;
  const clocked = { ...system, now: () => new Date(Date.now() + aheadMs) };
  const waiting = new Promise<() => void>((resolve) => {
    onWaiting = resolve;
  });
  await using _worker = await startWorker(clocked, { capacity: 4, tools: TOOLS });
  const { id } = await start(actor, crewId);
  const goOn = await waiting;
  await meanwhile();
  aheadMs = 5_000;
  goOn();
  return await untilRun(system, owner, id);
}

describe("T-07 an agent acts with the rights of whoever started the run [ASVS 8.3.3]", () => {
  test("a tool that needs what a viewer lacks is refused to the model and audited; the run goes on", async () => {
    const viewer = await member("viewer");
    const crew = await crewOf();
    await expect(start(viewer, crew.id)).rejects.toMatchObject({ code: "forbidden" });
    await setCrewGrant(as(owner), { crewId: crew.id, userId: viewer.userId }, { permissions: ["run"] });
    fake.setScript({ entries: [call("manage_people"), call("look_up"), { text: "could not" }] });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS });
    const run = await untilRun(system, owner, (await start(viewer, crew.id)).id);
    expect(run).toMatchObject({ state: "succeeded", output: "could not" });
    expect(acts).toEqual(["look_up"]);
    const { data } = await listRunEvents(as(owner), run.id, { after: 0, limit: 100 });
    expect(data.find(({ type }) => type === "tool_usage_error")?.data).toMatchObject({ tool: "manage_people" });
    expect(JSON.stringify(fake.journal[1]?.messages)).toContain("members:write");
    expect(await refusals()).toEqual([
      { action: "tool.refused", by: viewer.userId, detail: { tool: "manage_people", needed: "members:write" } },
    ]);
  });

  test("whoever has the permission has the tool, unless the crew's scopes leave it out", async () => {
    fake.setScript({ entries: [call("manage_people"), { text: "a" }, call("manage_people"), { text: "b" }] });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS });
    const [wide, narrow] = [await crewOf(), await crewOf({ scopes: ["crews:read"] })];
    await untilRun(system, owner, (await start(owner, wide.id)).id);
    expect(acts).toEqual(["manage_people"]);
    const run = await untilRun(system, owner, (await start(owner, narrow.id)).id);
    expect(run.state).toBe("succeeded");
    expect(acts).toEqual(["manage_people"]);
    expect(await refusals()).toMatchObject([{ action: "tool.refused", by: owner.userId }]);
  });

  test("a key's scopes bound the run, whatever its owner may", async () => {
    const { key } = await createApiKey(as(owner), { name: "ci", scopes: ["runs:start", "runs:read"], expiresAt: null });
    const actor = (await findActorByApiKey(system, key)) as Actor;
    fake.setScript({ entries: [call("manage_people"), { text: "a" }] });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS });
    await untilRun(system, owner, (await start(actor, (await crewOf()).id)).id);
    expect(acts).toEqual([]);
    expect(await refusals()).toMatchObject([{ action: "tool.refused" }]);
  });
});

describe("T-07 what is taken from the starter in mid-run stops the next call within 5 s [ASVS 8.3.2]", () => {
  const expectStopped = async (run: Run) => {
    expect(run).toMatchObject({ state: "failed", error: { code: "forbidden" } });
    expect(acts).toEqual([]);
    expect(await refusals()).toMatchObject([{ action: "run.refused", detail: { needed: "runs:start" } }]);
  };

  test("a role that was made less", async () => {
    const operator = await member("operator");
    const target = { workspaceId: owner.workspaceId, userId: operator.userId };
    const demote = () => updateMember(as(owner), target, { role: "viewer", customRoleId: null });
    await expectStopped(await runThrough(operator, (await crewOf()).id, demote));
  });

  test("the membership", async () => {
    const operator = await member("operator");
    const remove = () => removeMember(as(owner), { workspaceId: owner.workspaceId, userId: operator.userId });
    await expectStopped(await runThrough(operator, (await crewOf()).id, remove));
  });

  test("the account", async () => {
    const operator = await member("operator");
    const disable = () => system.pool.query("UPDATE users SET disabled_at = now() WHERE id = $1", [uuidFromTypeId(operator.userId)]);
    await expectStopped(await runThrough(operator, (await crewOf()).id, disable));
  });

  test("the grant", async () => {
    const viewer = await member("viewer");
    const crewId = (await crewOf()).id;
    await setCrewGrant(as(owner), { crewId, userId: viewer.userId }, { permissions: ["run"] });
    await expectStopped(await runThrough(viewer, crewId, () => removeCrewGrant(as(owner), { crewId, userId: viewer.userId })));
  });

  test("the key", async () => {
    const { key, id } = await createApiKey(as(owner), { name: "ci", expiresAt: null });
    const actor = (await findActorByApiKey(system, key)) as Actor;
    await expectStopped(await runThrough(actor, (await crewOf()).id, () => revokeApiKey(as(owner), id)));
  });

  test("and who keeps what the run needs keeps the run", async () => {
    const operator = await member("operator");
    const run = await runThrough(operator, (await crewOf()).id, async () => {});
    expect(run.state).toBe("succeeded");
    expect(acts).toEqual(["look_up"]);
    expect(await refusals()).toEqual([]);
  });
});
