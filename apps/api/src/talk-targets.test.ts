import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function house() {
  const ada = await api.person("owner");
  const { json: crew } = await api.call("POST", "/v1/crews", { as: ada, body: buildCrew({ model: "demo/extractive" }) });
  const begin = (as: typeof ada, target: unknown) => api.call("POST", "/v1/conversations", { as, body: { target } });
  return { ada, crew, begin, join: (role: "viewer" | "operator") => api.person(role, ada.actor.workspaceId) };
}

test("whom one talks to is set once, shown with the conversation, and pinned in the run of each answer", async () => {
  const { ada, crew, begin } = await house();
  const target = { kind: "crew", crewId: crew.id };
  const { status, json } = await begin(ada, target);
  expect([status, json.target, json.model]).toEqual([201, target, "demo/extractive"]);
  const change = await api.call("PATCH", `/v1/conversations/${json.id}`, { as: ada, body: { target: { kind: "platform" } } });
  expect(change.status).toBe(400);
  const sent = await api.call("POST", `/v1/conversations/${json.id}/messages`, {
    as: ada,
    body: { clientMessageId: "1", content: "Hello" },
  });
  const { json: run } = await api.call("GET", `/v1/runs/${sent.json.answer.runId}`, { as: ada });
  expect(run).toMatchObject({ kind: "chat", crewId: null, inputs: { target: { ...target, crewName: crew.name } } });
  const agent = { kind: "agent", agentId: crew.agents[0].id };
  const talk = await begin(ada, agent);
  const asked = await api.call("POST", `/v1/conversations/${talk.json.id}/messages`, {
    as: ada,
    body: { clientMessageId: "1", content: "Hello" },
  });
  const { json: own } = await api.call("GET", `/v1/runs/${asked.json.answer.runId}`, { as: ada });
  expect(own).toMatchObject({ kind: "chat", crewId: crew.id, crewVersion: 1, inputs: { target: agent } });
  const { json: listed } = await api.call("GET", "/v1/crews", { as: ada });
  expect(listed.data[0]).toMatchObject({ id: crew.id, activeRuns: 0, lastRun: null });
});

test("a viewer starts nothing by talking, an operator does; strangers find nobody to talk to", async () => {
  const { ada, crew, begin, join } = await house();
  const targets = [{ kind: "crew", crewId: crew.id }, { kind: "agent", agentId: crew.agents[0].id }, { kind: "platform" }];
  const statuses = async (who: typeof ada) => Promise.all(targets.map(async (target) => (await begin(who, target)).status));
  const { json: open } = await begin(ada, targets[0]);
  const viewer = await join("viewer");
  expect(await statuses(viewer)).toEqual([403, 403, 403]);
  const message = { clientMessageId: "1", content: "topic: tides" };
  expect((await api.call("POST", `/v1/conversations/${open.id}/messages`, { as: viewer, body: message })).status).toBe(403);
  expect(await statuses(await join("operator"))).toEqual([201, 201, 201]);
  expect(await statuses(await api.person("owner"))).toEqual([404, 404, 201]);
  expect((await begin(ada, { kind: "crew", crewId: "nonsense" })).status).toBe(400);
  expect((await begin(ada, { kind: "somebody" })).status).toBe(400);
});
