import type { HumanPolicy } from "@crew/contracts/crews";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { sweepQuestions } from "@crew/core/approvals/sweep-questions";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { hear } from "@crew/testing/traces";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker, type Worker } from "./app.ts";

let house: QuestionHouse;
let worker: Worker;

beforeAll(async () => {
  house = await openQuestionHouse();
  worker = await startWorker(house.system, { capacity: 4 });
});
afterAll(async () => {
  await worker?.drain();
  await house?.[Symbol.asyncDispose]();
});
beforeEach(() => house.fake.clearJournal());

const rule = (onDeadline: HumanPolicy["onDeadline"], more: Partial<HumanPolicy> = {}): { humanPolicy: HumanPolicy } => ({
  humanPolicy: { deadlineMinutes: 90, onDeadline, defaultAnswer: "", escalateTo: null, ...more },
});
const toldModel = () => JSON.stringify(house.fake.journal[1]?.messages);
const told = async (runId: string) =>
  (await house.events(runId)).filter(({ type }) => type.startsWith("human_feedback_")).map(({ type, data }) => [type.slice(15), data]);

async function review(policy: { humanPolicy: HumanPolicy }) {
  house.fake.setScript({ entries: Array(8).fill({ text: "the draft" }) });
  const { id } = await house.start(policy, { humanInput: true });
  return { id, approval: await house.asked(id) };
}
async function ask(policy: { humanPolicy: HumanPolicy }) {
  const question = { toolCalls: [{ id: "q", name: "ask_person", arguments: { question: "Which?" } }] };
  house.fake.setScript({ entries: [question, { text: "done" }] });
  const { id } = await house.start(policy, { tools: ["ask_person"] });
  return { id, approval: await house.asked(id) };
}
async function gate(policy: { humanPolicy: HumanPolicy }) {
  house.fake.setScript({ entries: [{ toolCalls: [{ id: "c", name: "calculator", arguments: { expression: "6*7" } }] }, { text: "done" }] });
  const { id } = await house.start({ ...policy, toolApprovals: ["calculator"] }, { tools: ["calculator"] });
  return { id, approval: await house.asked(id) };
}

test("a deadline is the crew's minutes from when it was asked, by the database's clock", async () => {
  const { id, approval } = await review(rule("fail"));
  expect(Date.parse(approval.deadlineAt ?? "") - Date.parse(approval.createdAt)).toBe(90 * 60_000);
  expect(approval.onDeadline).toBe("fail");
  await house.decide(approval, { decision: "approve" });
  expect((await house.ended(id)).state).toBe("succeeded");
});

describe("when nobody answers in time", () => {
  test("fail: the run ends as no_answer, and a late answer is told what happened", async () => {
    const { id, approval } = await review(rule("fail"));
    await house.passDeadline(approval);
    const error = { code: "no_answer", message: expect.stringContaining("within 90 min") };
    expect(await house.ended(id)).toMatchObject({ state: "failed", error });
    expect(await told(id)).toEqual([
      ["requested", expect.anything()],
      ["expired", { approvalId: approval.id, action: "fail" }],
    ]);
    await expect(house.decide(approval, { decision: "approve" })).rejects.toMatchObject({
      code: "conflict",
      detail: { current: { decision: "expired", decidedBy: "the deadline" } },
    });
  });

  test("continue: a draft is taken, a question reads that nobody answered, a tool does not run", async () => {
    const draft = await review(rule("continue"));
    await house.passDeadline(draft.approval);
    expect(await house.ended(draft.id)).toMatchObject({ state: "succeeded", output: "the draft" });
    house.fake.clearJournal();
    const question = await ask(rule("continue"));
    await house.passDeadline(question.approval);
    expect((await house.ended(question.id)).state).toBe("succeeded");
    expect(toldModel()).toContain("Nobody answered in time.");
    house.fake.clearJournal();
    const tool = await gate(rule("continue"));
    await house.passDeadline(tool.approval);
    expect((await house.ended(tool.id)).state).toBe("succeeded");
    expect(toldModel()).toContain("so it was not run. Nobody answered in time.");
    expect((await house.events(tool.id)).some(({ type }) => type === "tool_usage_started")).toBe(false);
  });

  test("answer: the crew's words are the output of a review and the answer to a question, and allow no tool", async () => {
    const policy = rule("answer", { defaultAnswer: "Take the usual" });
    const draft = await review(policy);
    await house.passDeadline(draft.approval);
    expect(await house.ended(draft.id)).toMatchObject({ state: "succeeded", output: "Take the usual" });
    house.fake.clearJournal();
    const question = await ask(policy);
    await house.passDeadline(question.approval);
    expect((await house.ended(question.id)).state).toBe("succeeded");
    expect(toldModel()).toContain("Take the usual");
    house.fake.clearJournal();
    const tool = await gate(policy);
    await house.passDeadline(tool.approval);
    expect((await house.ended(tool.id)).state).toBe("succeeded");
    expect(toldModel()).not.toContain("Take the usual");
  });

  test("escalate: the same time once more, told in the events, then the run fails", async () => {
    const { id, approval } = await review(rule("escalate", { escalateTo: "boss@example.test" }));
    const { messages, stop } = await hear(house.system, `workspace:${house.ada.workspaceId}`);
    await house.passDeadline(approval);
    await expect.poll(async () => (await house.asked(id)).escalatedAt).not.toBeNull();
    const second = await house.asked(id);
    expect(Date.parse(second.deadlineAt ?? "") - Date.parse(second.escalatedAt ?? "")).toBe(90 * 60_000);
    await expect.poll(() => messages).toContainEqual({ type: "changed", what: "approval", id: approval.id });
    await stop();
    await house.passDeadline(approval);
    expect(await house.ended(id)).toMatchObject({ state: "failed", error: { code: "no_answer" } });
    expect((await told(id)).map(([type]) => type)).toEqual(["requested", "escalated", "expired"]);
    const seqs = (await house.events(id)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  test("a question of a run that was stopped is withdrawn and wakes nothing", async () => {
    const { id, approval } = await review(rule("continue"));
    await cancelRun(house.as(house.ada), id);
    await house.passDeadline(approval);
    await sweepQuestions(house.system);
    const [withdrawn] = (await listApprovals(house.as(house.ada), id)).data;
    expect([withdrawn?.decision, (await house.ended(id)).state]).toEqual(["withdrawn", "cancelled"]);
  });
});

test("sweeps of many workers at once follow a rule once, and answers at the same moment win or lose whole", async () => {
  const parked = await Promise.all(Array.from({ length: 6 }, () => review(rule("continue"))));
  await Promise.all(parked.map(({ approval }) => house.passDeadline(approval)));
  await Promise.allSettled([
    ...Array.from({ length: 8 }, () => sweepQuestions(house.system)),
    ...parked.map(({ approval }) => house.decide(approval, { decision: "edit", output: "in the last moment" })),
  ]);
  for (const { id } of parked) {
    const run = await house.ended(id);
    const answers = (await told(id)).filter(([type]) => type !== "requested");
    expect(answers).toHaveLength(1);
    expect(run.output).toBe(answers[0]?.[0] === "expired" ? "the draft" : "in the last moment");
  }
});
