import { randomUUID } from "node:crypto";
import { sweepRuns } from "@crew/core/runs/execute/worker-leases";
import type { EngineTool } from "@crew/engine/tool";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let house: QuestionHouse;
/** What the world has seen, by what it was sent to. */
let effects: string[];
/** Calls of which the worker dies between effect and commit. */
let deadly: number;
let died: () => void;

const send: EngineTool = {
  name: "send",
  class: "unsafe",
  description: "Sends",
  parameters: { type: "object", properties: { to: { type: "string" } }, required: ["to"], additionalProperties: false },
  async run(args, { signal }) {
    effects.push(String(args.to));
    if (effects.length > deadly) return `sent to ${args.to}`;
    if (effects.length === deadly) died();
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut"))));
  },
};

beforeAll(async () => {
  house = await openQuestionHouse();
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(async () => {
  house.fake.clearJournal();
  effects = [];
  // A worker that starts removes what the engine does not have.
  await house.system.pool.query(
    "INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, 'send', 'builtin', 'unsafe', '', '{}') ON CONFLICT DO NOTHING",
    [randomUUID()],
  );
});

/** Executes what waits by a worker that dies once `deaths` calls had their effect. */
async function dieDuring(deaths: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  died = resolve;
  deadly = effects.length + deaths;
  const execution = await executeUnleased(house.system, { tools: [send], worker: "desk, process 7" });
  await promise;
  execution.die();
  await execution.done;
  await sweepRuns(house.system);
  deadly = 0;
}

const calling = (...recipients: string[]) => ({
  entries: [{ toolCalls: recipients.map((to) => ({ id: `to_${to}`, name: "send", arguments: { to } })) }, { text: "done" }],
});
const toldModel = () => JSON.stringify(house.fake.journal[1]?.messages);

test("a lost call is not repeated: a person sees what is known of it, and skip tells the agent that nobody knows", async () => {
  house.fake.setScript(calling("x"));
  const { id } = await house.start({}, { tools: ["send"] });
  await dieDuring(1);
  await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
  const approval = await house.asked(id);
  expect(approval).toMatchObject({
    kind: "needs_attention",
    agentKey: "scout",
    unknownCall: { tool: "send", arguments: { to: "x" }, worker: "desk, process 7", idempotencyKey: `${id}/task:1/turn:1/tool:to_x` },
  });
  expect(Date.parse(approval.unknownCall?.startedAt ?? "")).toBeLessThan(Date.parse(approval.createdAt) + 1);
  await house.decide(approval, { decision: "skip", feedback: "Ask them later" });
  expect((await house.ended(id)).state).toBe("succeeded");
  expect(toldModel()).toContain("unknown, and it was not repeated. A person has decided to go on without it. Ask them later");
  expect(effects).toEqual(["x"]);
});

test("run once more and lost again, it asks again: no answer covers a second unknown", async () => {
  house.fake.setScript(calling("x"));
  const { id } = await house.start({}, { tools: ["send"] });
  await dieDuring(1);
  {
    await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
    await house.asked(id);
  }
  await house.decide(await house.asked(id), { decision: "did_not_happen" });
  await dieDuring(1);
  await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
  const second = await house.asked(id);
  expect(second.kind).toBe("needs_attention");
  expect(effects).toEqual(["x", "x"]);
  await house.decide(second, { decision: "happened", feedback: "It said OK" });
  expect((await house.ended(id)).state).toBe("succeeded");
  expect(toldModel()).toContain("It said OK");
  expect(effects).toEqual(["x", "x"]);
});

test("several lost in one turn are each asked about, one after the other, and none is in flight meanwhile", async () => {
  house.fake.setScript(calling("a", "b", "c"));
  const { id } = await house.start({}, { tools: ["send"] });
  await dieDuring(3);
  await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
  const seen: unknown[] = [];
  for (const decision of ["happened", "did_not_happen", "skip"] as const) {
    const approval = await house.asked(id);
    seen.push(approval.unknownCall?.arguments.to);
    expect(effects).toEqual(["a", "b", "c"]);
    await house.decide(approval, { decision });
  }
  expect((await house.ended(id)).state).toBe("succeeded");
  expect(seen).toEqual(["a", "b", "c"]);
  expect(effects).toEqual(["a", "b", "c", "b"]);
});

test("fail ends the run, with what is unknown in its error", async () => {
  house.fake.setScript(calling("x"));
  const { id } = await house.start({}, { tools: ["send"] });
  await dieDuring(1);
  await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
  await house.decide(await house.asked(id), { decision: "fail" });
  expect(await house.ended(id)).toMatchObject({ state: "failed", error: { code: "needs_attention" } });
  expect(effects).toEqual(["x"]);
});

test("an approved call that is lost is shown with the arguments that a person gave it", async () => {
  house.fake.setScript(calling("x"));
  const { id } = await house.start({ toolApprovals: ["send"] }, { tools: ["send"] });
  {
    await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
    await house.asked(id);
  }
  await house.decide(await house.asked(id), { decision: "edit", arguments: { to: "y" } });
  await dieDuring(1);
  await using _worker = await startWorker(house.system, { capacity: 2, tools: [send] });
  const approval = await house.asked(id);
  expect(approval).toMatchObject({ kind: "needs_attention", unknownCall: { arguments: { to: "y" } } });
  await house.decide(approval, { decision: "happened", feedback: "Yes" });
  expect((await house.ended(id)).state).toBe("succeeded");
  expect(effects).toEqual(["y"]);
});
