import { listOutputs } from "@crew/core/runs/list-outputs";
import { openQuestionHouse, type QuestionHouse } from "@crew/testing/question-house";
import { readAudit } from "@crew/testing/traces";
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

const toldModel = (call: number) => JSON.stringify(house.fake.journal[call]?.messages);
const sum = { toolCalls: [{ id: "c1", name: "calculator", arguments: { expression: "6*7" } }] };
const ofType = async (runId: string, type: string) => (await house.events(runId)).filter((event) => event.type === type);
const invalid = (path: string) => ({ code: "invalid", detail: { issues: [expect.objectContaining({ path })] } });

describe("a review", () => {
  const review = async () => {
    house.fake.setScript({ entries: [{ text: "the draft" }] });
    const { id } = await house.start({}, { humanInput: true });
    return { id, approval: await house.asked(id) };
  };

  test("edit: the person's text is the output, and the events say whose it is", async () => {
    const { id, approval } = await review();
    expect(approval).toMatchObject({ kind: "human_input", taskKey: "find", agentKey: "scout", output: "the draft", deadlineAt: null });
    const decided = await house.decide(approval, { decision: "edit", output: "my own words", feedback: "It was too long." });
    expect(decided).toMatchObject({ decision: "edit", editedOutput: "my own words", decidedBy: house.ada.name });
    expect(await house.ended(id)).toMatchObject({ state: "succeeded", output: "my own words", totals: { modelCalls: 1 } });
    expect((await listOutputs(house.as(house.ada), id)).data[0]?.text).toBe("my own words");
    const [received] = await ofType(id, "human_feedback_received");
    expect(received?.data).toMatchObject({ outcome: "edit", output: "my own words", by: house.ada.name });
    const audit = await readAudit(house.system, house.ada.workspaceId);
    expect(audit.find(({ subject }) => subject === approval.id)).toMatchObject({
      action: "approval.decided",
      detail: { decision: "edit", kind: "human_input", runId: id },
    });
  });

  test("reject: the run fails with the reason", async () => {
    const { id, approval } = await review();
    await house.decide(approval, { decision: "reject", feedback: "Not what was asked" });
    const error = { code: "rejected", message: expect.stringContaining("Not what was asked") };
    expect(await house.ended(id)).toMatchObject({ state: "failed", error });
  });

  test("answers that do not fit are refused with what is wrong, and the run waits on", async () => {
    const { id, approval } = await review();
    for (const decision of ["answer", "happened", "skip"] as const)
      await expect(house.decide(approval, { decision })).rejects.toMatchObject(invalid("decision"));
    await expect(house.decide(approval, { decision: "revise", feedback: " " })).rejects.toMatchObject(invalid("feedback"));
    await expect(house.decide(approval, { decision: "edit" })).rejects.toMatchObject(invalid("output"));
    await expect(house.decide(approval, { decision: "approve", output: "x" })).rejects.toMatchObject(invalid("output"));
    await expect(house.decide(approval, { decision: "edit", output: "x", arguments: {} })).rejects.toMatchObject(invalid("arguments"));
    expect(await house.asked(id)).toMatchObject({ id: approval.id, decision: null });
    await house.decide(approval, { decision: "approve" });
    expect((await house.ended(id)).state).toBe("succeeded");
  });

  test("of twenty answers at once one counts, and the others are told which", async () => {
    const { id, approval } = await review();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        house.decide(approval, i % 2 ? { decision: "approve" } : { decision: "edit", output: `text ${i}` }),
      ),
    );
    const taken = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    expect(taken).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === "rejected")
        expect(answer.reason).toMatchObject({
          code: "conflict",
          message: expect.stringContaining(`${house.ada.name} answered first: ${taken[0]?.decision}`),
          detail: { current: { id: approval.id, decision: taken[0]?.decision } },
        });
    expect(await house.ended(id)).toMatchObject({ state: "succeeded", output: taken[0]?.editedOutput ?? "the draft" });
    expect(await ofType(id, "human_feedback_received")).toHaveLength(1);
  });
});

describe("a question of an agent", () => {
  const ask = async () => {
    const args = { question: "Which shore?", choices: ["North", "South"] };
    house.fake.setScript({ entries: [{ toolCalls: [{ id: "q", name: "ask_person", arguments: args }] }, { text: "North it is" }] });
    const { id } = await house.start({}, { tools: ["ask_person"] });
    return { id, approval: await house.asked(id) };
  };

  test("parks the run, and the answer is the tool's", async () => {
    const { id, approval } = await ask();
    expect(approval).toMatchObject({ kind: "question", message: "Which shore?", choices: ["North", "South"], taskKey: "find" });
    await expect(house.decide(approval, { decision: "answer", feedback: "" })).rejects.toMatchObject(invalid("feedback"));
    await expect(house.decide(approval, { decision: "approve" })).rejects.toMatchObject(invalid("decision"));
    await house.decide(approval, { decision: "answer", feedback: "Neither: the island" });
    expect(await house.ended(id)).toMatchObject({ state: "succeeded", output: "North it is", totals: { toolCalls: 1 } });
    expect(toldModel(1)).toContain("Neither: the island");
    expect((await ofType(id, "tool_usage_finished")).map(({ data }) => data.result)).toEqual(["Neither: the island"]);
  });

  test("fail ends the run with the reason", async () => {
    const { id, approval } = await ask();
    await house.decide(approval, { decision: "fail", feedback: "Nobody may say" });
    expect(await house.ended(id)).toMatchObject({
      state: "failed",
      error: { code: "rejected", message: expect.stringContaining("Nobody may say") },
    });
  });
});

describe("a tool that the crew asks for", () => {
  const gated = async () => {
    house.fake.setScript({ entries: [sum, { text: "done" }] });
    const { id } = await house.start({ toolApprovals: ["calculator"] }, { tools: ["calculator", "current_time"] });
    return { id, approval: await house.asked(id) };
  };

  test("parks with the exact arguments and the reason, and runs once when it is allowed", async () => {
    const { id, approval } = await gated();
    expect(approval).toMatchObject({
      kind: "tool_call",
      agentKey: "scout",
      call: { tool: "calculator", arguments: { expression: "6*7" }, host: null, taintedBy: [], because: ["crew_rule"] },
    });
    expect(approval.message).toContain("The crew asks before each call of this tool");
    expect(await ofType(id, "tool_usage_started")).toEqual([]);
    await house.decide(approval, { decision: "approve" });
    expect((await house.ended(id)).state).toBe("succeeded");
    expect(toldModel(1)).toContain("42");
  });

  test("edit: other arguments that fit the tool run instead, and the agent is told that a person changed them", async () => {
    const { id, approval } = await gated();
    const edit = (args: Record<string, never> | Record<string, string | number>) =>
      house.decide(approval, { decision: "edit", arguments: args });
    await expect(edit({})).rejects.toMatchObject(invalid("arguments"));
    await expect(edit({ expression: 5 })).rejects.toMatchObject(invalid("arguments"));
    await expect(house.decide(approval, { decision: "edit" })).rejects.toMatchObject(invalid("arguments"));
    expect(await edit({ expression: "2+2" })).toMatchObject({ editedArguments: { expression: "2+2" } });
    expect((await house.ended(id)).state).toBe("succeeded");
    const [started] = await ofType(id, "tool_usage_started");
    expect(started?.data.arguments).toEqual({ expression: "2+2" });
    expect(toldModel(1)).toContain("A person has changed the arguments");
    const [row] = (await readAudit(house.system, house.ada.workspaceId)).filter(({ subject }) => subject === approval.id);
    expect(row?.detail).toMatchObject({ decision: "edit", tool: "calculator", askedHash: approval.call?.hash });
    expect(row?.detail.callHash).not.toBe(approval.call?.hash);
  });

  test("reject: it does not run, and the agent reads why", async () => {
    const { id, approval } = await gated();
    await house.decide(approval, { decision: "reject", feedback: "Count yourself" });
    expect((await house.ended(id)).state).toBe("succeeded");
    expect(await ofType(id, "tool_usage_started")).toEqual([]);
    expect(toldModel(1)).toContain("Count yourself");
  });

  test("other tools of the crew run unasked", async () => {
    house.fake.setScript({ entries: [{ toolCalls: [{ id: "t", name: "current_time", arguments: {} }] }, { text: "noon" }] });
    const { id } = await house.start({ toolApprovals: ["calculator"] }, { tools: ["calculator", "current_time"] });
    expect((await house.ended(id)).state).toBe("succeeded");
  });
});
