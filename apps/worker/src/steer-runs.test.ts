import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { RunMessage } from "@crew/contracts/run-messages";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { listDeadLetters } from "@crew/core/dead-letters/list-dead-letters";
import { redriveDeadLetter } from "@crew/core/dead-letters/redrive-dead-letter";
import { sweepRuns } from "@crew/core/runs/execute/worker-leases";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listOutputs } from "@crew/core/runs/list-outputs";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { listRunMessages } from "@crew/core/runs/list-run-messages";
import { sayToRun } from "@crew/core/runs/say-to-run";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import type { FakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type ModelHouse, openModelHouse } from "@crew/testing/open-model-house";
import type { TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

/** Long enough for a message to be said while a call is under way. */
const SLOW = { firstByteDelayMs: 3_000 };
const WAKE_MS = 1_500;
let house: ModelHouse;
let fake: FakeProvider;
let system: TestSystem;
let ada: Actor;
beforeAll(async () => {
  house = await openModelHouse();
  ({ fake, system, ada } = house);
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(() => house.forget());

const ctx = (actor = ada) => house.as(actor);
const asked = (call: number) => JSON.stringify(fake.journal[call]?.messages ?? []);
const eventsOf = async (runId: string, type?: string) =>
  (await listRunEvents(ctx(), runId, { after: 0, limit: 1000 })).data.filter((event) => !type || event.type === type);
const saidTo = async (runId: string) => (await listRunMessages(ctx(), runId, { limit: 100 })).data;
const say = (runId: string, text: string, clientMessageId: string = randomUUID()): Promise<RunMessage> =>
  sayToRun(ctx(), runId, { clientMessageId, text });

function threeTasks(over: Partial<CrewInput> = {}): CrewInput {
  const { tasks } = buildCrew();
  const third = { key: "tell", description: "Tell the fishermen of Ymuiden", expectedOutput: "A telegram in verse", agent: "writer" };
  return buildCrew({ model: "fake/fake-model", tasks: [...tasks, third], ...over });
}

async function start(crew: CrewInput = threeTasks(), more: { maxExecutionSeconds?: number } = {}): Promise<Run> {
  const { id } = await createCrew(ctx(), crew);
  return startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [], ...more });
}

/** `around` sees each statement before it is run. */
async function bareExecution(around: (name: string, values: readonly unknown[]) => Promise<void> = async () => {}) {
  const statements: typeof system.statements = {
    async run(statement, values) {
      await around(statement.name, values);
      return system.statements.run(statement, values);
    },
  };
  return executeUnleased({ ...system, statements });
}

describe("guidance", () => {
  test("is in the next model call and in those of later agents, as words of the person, and told with its place", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "page" }, { text: "telegram" }] });
    await using _worker = await startWorker(system, { capacity: 2 });
    const { id } = await start();
    await fake.waitForCalls(1);
    const message = await say(id, "Use the almanac of 1911.");
    expect(message).toMatchObject({ seq: 1, by: "Ada", command: { kind: "guide" }, understood: expect.stringContaining("every agent") });
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "succeeded", output: "telegram", totals: { modelCalls: 3 } });
    expect(asked(0)).not.toContain("almanac");
    for (const call of [1, 2]) {
      const last = fake.journal[call]?.messages.at(-1);
      expect(last).toMatchObject({ role: "user", text: expect.stringMatching(/"Ada" answers for this run.*almanac of 1911/s) });
    }
    expect((await eventsOf(id, "run_steered")).map(({ data }) => data)).toEqual([
      { seq: 1, by: "Ada", text: "Use the almanac of 1911.", command: { kind: "guide" }, understood: message.understood },
    ]);
    expect(await saidTo(id)).toEqual([{ ...message, seenStep: "task:2", seenAt: expect.any(String) }]);
    const audited = (await readAudit(system, ada.workspaceId)).find(({ action, subject }) => action === "run.steered" && subject === id);
    expect(audited).toMatchObject({ actor: { name: "Ada", userId: ada.userId } });
  });

  test("that comes after a turn was built and before it is sent is not passed by: the turn is built anew, nothing was sent", async () => {
    const { id } = await start();
    let isSaid = false;
    const { done } = await bareExecution(async (name, values) => {
      if (isSaid || !name.startsWith("journal") || !JSON.stringify(values).includes("task:2/turn:1/model")) return;
      isSaid = true;
      await say(id, "Mention the moon.");
    });
    await done;
    expect(isSaid).toBe(true);
    expect(fake.journal).toHaveLength(3);
    expect(asked(1)).toContain("Mention the moon.");
    expect((await listLedger(ctx(), id, { limit: 10 })).data.map(({ outcome }) => outcome)).toEqual([
      "completed",
      "not_sent",
      "completed",
      "completed",
    ]);
    expect((await saidTo(id))[0]?.seenStep).toBe("task:2/turn:1");
  });
});

describe("a skip", () => {
  test("of a task that has not begun: no later call has its description or its expected output", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "page" }, { text: "never" }] });
    await using _worker = await startWorker(system, { capacity: 2 });
    const { id } = await start();
    await fake.waitForCalls(1);
    await expect(say(id, "skip task 9")).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("1 find, 2 write, 3 tell"),
    });
    expect(await say(id, "Please skip task 3.")).toMatchObject({ command: { kind: "skip", taskKey: "tell" } });
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "succeeded", output: "page", totals: { modelCalls: 2 } });
    expect(JSON.stringify(fake.journal)).not.toMatch(/Ymuiden|in verse/);
    expect((await listOutputs(ctx(), id)).data[2]).toMatchObject({ taskKey: "tell", text: expect.stringContaining("skipped by Ada") });
    expect((await eventsOf(id, "task_skipped")).map(({ data }) => data)).toMatchObject([{ taskKey: "tell", by: "Ada" }]);
    expect((await eventsOf(id, "task_started")).map(({ data }) => data.taskKey)).toEqual(["find", "write"]);
    const audit = (await readAudit(system, ada.workspaceId)).find(({ action, subject }) => action === "run.steered" && subject === id);
    expect(audit).toMatchObject({ actor: { name: "Ada" }, detail: { command: { kind: "skip", taskKey: "tell" } } });
  });

  test("said in the last moment before the task's first call stops that call too", async () => {
    const { id } = await start();
    let isSaid = false;
    const { done } = await bareExecution(async (name, values) => {
      if (isSaid || !name.startsWith("journal") || !JSON.stringify(values).includes("task:3/turn:1/model")) return;
      isSaid = true;
      await say(id, "skip task tell");
    });
    await done;
    expect(isSaid).toBe(true);
    expect(fake.journal).toHaveLength(2);
    expect(JSON.stringify(fake.journal)).not.toMatch(/Ymuiden|in verse/);
  });

  test("of the task under way ends it before its next turn, and later tasks read that it was skipped", async () => {
    fake.setScript({
      entries: [{ toolCalls: [{ name: "calculator", arguments: { expression: "6*7" } }], ...SLOW }, { text: "page" }, { text: "end" }],
    });
    await using _worker = await startWorker(system, { capacity: 2 });
    const { agents } = buildCrew();
    const { id } = await start(threeTasks({ agents: agents.map((agent) => ({ ...agent, tools: ["calculator"] })) }));
    await fake.waitForCalls(1);
    await say(id, "skip task find");
    await untilRun(system, ada, id);
    expect(fake.journal).toHaveLength(3);
    expect(asked(1)).toContain("skipped by Ada");
    await expect(say(id, "skip task write")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("has ended") });
  });

  test("of a task that is over is refused", async () => {
    fake.setScript({ entries: [{ text: "facts" }, { text: "page", ...SLOW }, { text: "end" }] });
    await using _worker = await startWorker(system, { capacity: 2 });
    const { id } = await start();
    await fake.waitForCalls(2);
    await expect(say(id, "skip task 1")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("over already") });
    await untilRun(system, ada, id);
  });
});
const isPaused = (run: Run) => run.state === "waiting" && run.reason === "paused";
describe("a pause", () => {
  test("parks the run before its next turn, which then holds nothing, outlives workers and goes on when told", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "other" }] });
    const first = await startWorker(system, { capacity: 1 });
    const { id } = await start();
    await fake.waitForCalls(1);
    await say(id, "pause");
    await untilRun(system, ada, id, isPaused);
    const { rows } = await system.pool.query("SELECT lease_owner, wake_at FROM runs WHERE id = $1", [uuidFromTypeId(id)]);
    expect(rows).toEqual([{ lease_owner: null, wake_at: null }]);
    const other = await start(buildCrew({ model: "fake/fake-model" }));
    expect((await untilRun(system, ada, other.id)).state).toBe("succeeded");
    await first.drain();
    await using _second = await startWorker(system, { capacity: 1 });
    await sweepRuns(system);
    expect(isPaused(await untilRun(system, ada, id, () => true))).toBe(true);
    const calls = fake.journal.length;
    await say(id, "go on");
    const run = await untilRun(system, ada, id);
    expect(run).toMatchObject({ state: "succeeded", attempt: 2, totals: { modelCalls: 3 } });
    expect(fake.journal).toHaveLength(calls + 2);
    const [resumed] = await eventsOf(id, "run_resumed");
    expect(resumed?.data.afterMs).toBeLessThan(WAKE_MS);
    expect(
      (await eventsOf(id)).filter(({ type }) => /paused|resumed|waiting/.test(type)).map(({ type, data }) => [type, data]),
    ).toMatchObject([
      ["run_paused", { by: "Ada" }],
      ["run_waiting", { reason: "paused" }],
      ["run_resumed", { because: "unpaused", afterMs: expect.any(Number) }],
    ]);
  });

  test("that is taken back before it was seen, or while it is being written, does not hold the run", async () => {
    const { id } = await start();
    await expect(say(id, "resume")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("not paused") });
    await say(id, "pause");
    let isSaid = false;
    const { done } = await bareExecution(async (name) => {
      if (isSaid || !name.startsWith("journal_end")) return;
      isSaid = true;
      await say(id, "resume");
    });
    await done;
    expect(isSaid).toBe(true);
    await using _worker = await startWorker(system, { capacity: 1 });
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "succeeded", totals: { modelCalls: 3 } });
  });

  test("does not stop the run's own deadline", async () => {
    await using _worker = await startWorker(system, { capacity: 1 });
    fake.setScript({ entries: [{ text: "facts", ...SLOW }] });
    const { id } = await start(threeTasks(), { maxExecutionSeconds: 8 });
    await fake.waitForCalls(1);
    await say(id, "pause the run");
    await untilRun(system, ada, id, isPaused);
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "failed", error: { code: "deadline" } });
    expect(fake.journal).toHaveLength(1);
  });
});

describe("a worker that is lost", () => {
  test("between the message and the turn: the next one's turn sees it, once", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "facts" }, { text: "page" }, { text: "telegram" }] });
    const { id } = await start();
    const { done, die } = await bareExecution();
    await fake.waitForCalls(1);
    await say(id, "Mention the moon.");
    die();
    await done;
    await sweepRuns(system);
    await using _worker = await startWorker(system, { capacity: 1 });
    await untilRun(system, ada, id);
    // The first call had not come back, so it is made again: with what was said since.
    expect(fake.journal.map((call) => JSON.stringify(call.messages).split("Mention the moon.").length - 1)).toEqual([0, 1, 1, 1]);
    expect(await eventsOf(id, "run_steered")).toHaveLength(1);
  });

  test("after the turn has begun: the same turn asks the very same again, and what is said later comes later", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "lost", ...SLOW }, { text: "page", ...SLOW }, { text: "telegram" }] });
    const { id } = await start();
    const { done, die } = await bareExecution();
    await fake.waitForCalls(1);
    await say(id, "Mention the moon.");
    await fake.waitForCalls(2);
    die();
    await done;
    await sweepRuns(system);
    await using _worker = await startWorker(system, { capacity: 1 });
    await fake.waitForCalls(3);
    await say(id, "Mention the sun.");
    expect((await untilRun(system, ada, id)).state).toBe("succeeded");
    expect(fake.journal[2]?.bodyHash).toBe(fake.journal[1]?.bodyHash);
    expect(asked(2)).not.toContain("the sun");
    expect(asked(3)).toMatch(/the moon.*the sun/s);
    expect((await saidTo(id)).map(({ seenStep }) => seenStep)).toEqual(["task:2/turn:1", "task:3"]);
    expect(await eventsOf(id, "run_steered")).toHaveLength(2);
  });

  test("after a turn with a message was stored: the re-execution agrees with the journal", async () => {
    fake.setScript({ entries: [{ text: "facts", ...SLOW }, { text: "page" }, { text: "lost", ...SLOW }, { text: "telegram" }] });
    const { id } = await start();
    const { done, die } = await bareExecution();
    await fake.waitForCalls(1);
    await say(id, "Mention the moon.");
    await fake.waitForCalls(3);
    await say(id, "Mention the sun.");
    die();
    await done;
    await sweepRuns(system);
    await using _worker = await startWorker(system, { capacity: 1 });
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "succeeded", totals: { modelCalls: 3 } });
    expect(asked(3)).toMatch(/the moon.*the sun/s);
  });
});

test("a redrive hears at the same places what the run had heard", async () => {
  const refused = { fault: { type: "status", status: 401, message: "no such key" } } as const;
  fake.setScript({ entries: [{ text: "facts" }, { text: "page" }, refused, { text: "telegram" }] });
  const { id } = await start();
  await say(id, "Mention the moon.");
  await using _worker = await startWorker(system, { capacity: 1 });
  expect((await untilRun(system, ada, id)).state).toBe("failed");
  const letter = (await listDeadLetters(ctx(), { limit: 25 })).data.find(({ runId }) => runId === id);
  const { redrivenRunId } = await redriveDeadLetter(ctx(), letter?.id ?? "");
  const run = await untilRun(system, ada, redrivenRunId ?? "");
  expect(run).toMatchObject({ state: "succeeded", output: "telegram" });
  expect(fake.journal[3]?.bodyHash).toBe(fake.journal[2]?.bodyHash);
  expect(await saidTo(run.id)).toMatchObject([{ seq: 1, seenStep: "task:1" }]);
});

describe("who says it", () => {
  test("the same message twice is one, and is answered with the first", async () => {
    const { id } = await start();
    const first = await say(id, "pause", "once");
    expect(await say(id, "pause", "once")).toEqual(first);
    expect(await saidTo(id)).toHaveLength(1);
    expect(
      (await readAudit(system, ada.workspaceId)).filter(({ action, subject }) => action === "run.steered" && subject === id),
    ).toHaveLength(1);
    await say(id, "stop", "end");
    expect(await untilRun(system, ada, id)).toMatchObject({ state: "cancelled" });
    expect(await say(id, "stop", "end")).toMatchObject({ seq: 2 });
    const page = await listRunMessages(ctx(), id, { limit: 1 });
    expect(await listRunMessages(ctx(), id, { limit: 1, cursor: page.nextCursor ?? "" })).toMatchObject({
      data: [{ seq: 2 }],
      nextCursor: null,
    });
    await expect(say(id, "one more thing")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("was stopped by Ada"),
    });
  });

  test("needs the right to stop runs, in this workspace", async () => {
    const { id } = await start();
    const viewer = await createActor(system, { role: "viewer", workspaceId: ada.workspaceId });
    const input = { clientMessageId: "x", text: "pause" };
    await expect(sayToRun(ctx(viewer), id, input)).rejects.toMatchObject({ code: "forbidden" });
    await expect(sayToRun(ctx(await createActor(system)), id, input)).rejects.toMatchObject({ code: "not_found" });
    expect(await listRunMessages(ctx(viewer), id, { limit: 10 })).toEqual({ data: [], nextCursor: null });
    await say(id, "stop");
  });
});
