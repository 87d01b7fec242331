import type { Message } from "@crew/contracts/conversations";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { exportConversation } from "@crew/core/conversations/export-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { sendMessage } from "@crew/core/conversations/send-message";
import { stopAnswer } from "@crew/core/conversations/stop-answer";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import type { BusMessage } from "@crew/core/system";
import { MAX_REASONING_CHARACTERS } from "@crew/engine/reasoning";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import type { FakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type ModelHouse, openModelHouse } from "@crew/testing/open-model-house";
import type { TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let house: ModelHouse;
let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
beforeAll(async () => {
  house = await openModelHouse((provider) => [
    fakeProviderSettings(provider),
    { ...fakeProviderSettings(provider, "signing"), kind: "anthropic" },
    { ...fakeProviderSettings(provider, "searching"), kind: "google", baseUrl: `${provider.url}/v1beta` },
  ]);
  ({ fake, system, ada: actor } = house);
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(() => house.forget());

const ctx = () => house.as(actor);

async function ask(model: string, content = "What is 6 times 7?"): Promise<{ id: string; runId: string }> {
  const { id } = await createConversation(ctx(), { title: "Boats", model });
  return { id, runId: await askAgain(id, content) };
}

async function askAgain(id: string, content: string): Promise<string> {
  return (await sendMessage(ctx(), id, { clientMessageId: content, content, attachments: [] })).answer.runId ?? "";
}

async function answerTo(conversationId: string): Promise<Message> {
  const [answer] = (await listMessages(ctx(), conversationId, { limit: 1 })).data;
  if (!answer) throw new Error("there is an answer");
  return answer;
}

/** Without what the model was shown, which stands before all of them. */
const partsOf = ({ parts }: Message) =>
  parts.flatMap((part) => (part.type === "reasoning" ? [part.text] : part.type === "tool" ? [part.tool] : []));
const repliesOf = async (runId: string) =>
  (await listRunEvents(ctx(), runId, { after: 0, limit: 1000 })).data.filter(({ type }) => type === "llm_call_completed");

const calculate = { id: "call_a", name: "calculator", arguments: { expression: "6 * 7" } };
const reasoning = (thought: string, more = {}) => ({ thoughts: [thought], name: "reasoning_content" as const, signature: "c2ln", ...more });
const detail = { type: "reasoning.text", text: "I must calculate.", format: "fake-v1", index: 0, signature: "c2ln" };

test.each([
  { model: "fake/one", name: "reasoning_content", returned: [{ reasoning_content: "I must calculate." }] },
  { model: "fake/one", name: "reasoning_details", returned: [{ reasoning_details: [detail] }] },
  { model: "fake/one", name: "content", returned: [] },
  { model: "signing/one", name: "thinking", returned: [{ type: "thinking", thinking: "I must calculate.", signature: "c2ln" }] },
  { model: "searching/one", name: "thought", returned: [{ thoughtSignature: "c2ln" }] },
])(
  "$model, $name: thinking is a part before what came of it, goes back within its turn as it is wanted, and into no other",
  async ({ model, name, returned }) => {
    const usage = { inputTokens: 10, outputTokens: 90 };
    const by = model === "fake/one" ? { name } : {};
    fake.setScript({
      entries: [
        { reasoning: reasoning("I must calculate.", by), toolCalls: [calculate], usage },
        { reasoning: reasoning("Now I know.", by), text: "It is 42.", usage },
        { text: "Yes." },
      ],
    });
    await using _worker = await startWorker(system, { capacity: 4 });
    const { id, runId } = await ask(model);
    expect(await untilRun(system, actor, runId)).toMatchObject({ state: "succeeded", output: "It is 42.", totals: { outputTokens: 180 } });
    const answer = await answerTo(id);
    expect(answer).toMatchObject({ state: "complete", content: "It is 42." });
    expect(partsOf(answer)).toEqual(["I must calculate.", "calculator", "Now I know."]);
    expect((await repliesOf(runId)).map(({ data }) => [data.text, data.reasoning])).toEqual([
      ["", "I must calculate."],
      ["It is 42.", "Now I know."],
    ]);
    expect(fake.journal.map((call) => call.returned)).toEqual([[], returned]);
    expect(fake.journal[1]?.messages.map(({ text }) => text).join()).not.toContain("calculate.");

    await untilRun(system, actor, await askAgain(id, "Really?"));
    expect(fake.journal[2]?.returned).toEqual([]);
    expect(JSON.stringify(fake.journal[2]?.messages)).toMatch(/^(?!.*(I must|Now I)).*It is 42/);
    const markdown = await exportConversation(ctx(), id, { format: "markdown" });
    expect(markdown).toMatch(/^(?!.*(I must|Now I)).*It is 42/s);
    expect(await exportConversation(ctx(), id, { format: "json" })).toContain("Now I know.");
  },
  60_000,
);

test("an answer that is cut while the model thinks in its text is empty, asked for again, and shown as thought alone", async () => {
  fake.setScript({
    entries: [
      { text: "<think>\nSix and seven", finishReason: "length", usage: { inputTokens: 10, outputTokens: 20 } },
      { reasoning: reasoning("I add.", { name: "content" }), text: "It is 42.", usage: { inputTokens: 10, outputTokens: 30 } },
    ],
  });
  const { id, runId } = await ask("fake/one");
  const deltas: Extract<BusMessage, { type: "delta" }>[] = [];
  const leave = await system.bus.subscribe(`run:${runId}`, (message) => void (message.type === "delta" && deltas.push(message)));
  await using _worker = await startWorker(system, { capacity: 4 });
  expect(await untilRun(system, actor, runId)).toMatchObject({ state: "succeeded", output: "It is 42.", totals: { outputTokens: 50 } });
  const told = (isThought: boolean) =>
    deltas.flatMap(({ callId, text }) => (callId.endsWith("/reasoning") === isThought ? [text] : [])).join("");
  await expect.poll(() => [told(true), told(false)]).toEqual(["Six and sevenI add.", "It is 42."]);
  await leave();
  expect((await repliesOf(runId)).map(({ data }) => [data.text, data.reasoning, data.finishReason])).toEqual([
    ["", "Six and seven", "length"],
    ["It is 42.", "I add.", "stop"],
  ]);
  expect(partsOf(await answerTo(id))).toEqual(["Six and seven", "I add."]);
  expect(JSON.stringify(fake.journal[1]?.messages)).toMatch(/^(?!.*(Six and|think>)).*answer was empty/);
}, 60_000);

test("a worker that is lost after its reply was journalled costs no second call, and its successor asks and tells the same", async () => {
  fake.setScript({
    entries: [
      {
        reasoning: { thoughts: ["First\u0000, ", "then."], name: "reasoning_content", signature: "c2ln", hidden: "aGlk" },
        toolCalls: [calculate],
      },
      { fault: { type: "hang" }, times: 1 },
      { reasoning: reasoning("Now I know."), text: "It is 42." },
    ],
  });
  const { id, runId } = await ask("signing/one");
  const dying = await executeUnleased(system);
  await fake.waitForCalls(2);
  await system.pool.query("UPDATE runs SET state = 'queued', lease_owner = NULL, epoch = epoch + 1 WHERE id = $1", [uuidFromTypeId(runId)]);
  dying.die();
  await dying.done;
  await using _worker = await startWorker(system, { capacity: 4 });
  expect(await untilRun(system, actor, runId)).toMatchObject({ state: "succeeded", attempt: 2, totals: { modelCalls: 2 } });
  expect(fake.journal).toHaveLength(3);
  // From the journal comes what came from the provider, signatures included.
  expect(fake.journal[2]?.bodyHash).toBe(fake.journal[1]?.bodyHash);
  expect(fake.journal[2]?.returned).toHaveLength(3);
  expect(partsOf(await answerTo(id))).toEqual(["First\ufffd, \n\nthen.", "calculator", "Now I know."]);
}, 60_000);

test("all thinking of one answer is bounded, with a mark where it was cut; the answer is whole", async () => {
  const long = "boat ".repeat(10_000);
  const turn = (n: number) => ({
    reasoning: reasoning(`${n} ${long}`),
    toolCalls: [{ ...calculate, arguments: { expression: `${n} + 1` } }],
  });
  fake.setScript({ entries: [turn(1), turn(2), turn(3), { reasoning: reasoning(`4 ${long}`), text: "Done." }] });
  await using _worker = await startWorker(system, { capacity: 4 });
  const { id, runId } = await ask("fake/one");
  expect(await untilRun(system, actor, runId)).toMatchObject({ state: "succeeded", output: "Done." });
  const thoughts = (await answerTo(id)).parts.flatMap((part) => (part.type === "reasoning" ? [part.text] : []));
  expect(thoughts.map((text) => text.slice(0, 6))).toEqual(["1 boat", "2 boat"]);
  expect(thoughts.join("").length).toBeLessThan(MAX_REASONING_CHARACTERS + 200);
  expect(thoughts.at(-1)).toMatch(/\[What was thought after this is left out[^\]]*\]$/);
  // The run has all that was kept of each call.
  expect((await repliesOf(runId)).map(({ data }) => String(data.reasoning).length)).toEqual([1, 2, 3, 4].map(() => long.length + 2));
}, 60_000);

test("who watches is told what is thought while it is, who comes later too, and a stop keeps it", async () => {
  const thoughts = Array.from({ length: 40 }, (_, n) => `thought${n} `);
  fake.setScript({ entries: [{ reasoning: { thoughts, name: "reasoning" }, text: "never", tokenDelayMs: 100 }] });
  const { id, runId } = await ask("fake/one");
  const deltas: Extract<BusMessage, { type: "delta" }>[] = [];
  const leave = await system.bus.subscribe(`run:${runId}`, (message) => void (message.type === "delta" && deltas.push(message)));
  await using _worker = await startWorker(system, { capacity: 4 });
  await expect.poll(() => deltas.map(({ text }) => text).join(""), { timeout: 20_000 }).toContain("thought2 ");
  const [call] = await system.bus.liveCalls(`run:${runId}`);
  expect(call).toMatchObject({
    callId: expect.stringMatching(/^attempt_.*\/reasoning$/),
    text: expect.stringMatching(/^thought0 thought1 /),
  });
  await stopAnswer(ctx(), id);
  await untilRun(system, actor, runId);
  await leave();
  let offset = 0;
  for (const delta of deltas) {
    expect(delta).toMatchObject({ callId: call?.callId, offset });
    offset += delta.text.length;
  }
  const answer = await answerTo(id);
  expect(answer).toMatchObject({ state: "stopped", content: "" });
  expect(partsOf(answer)).toEqual([deltas.map(({ text }) => text).join("")]);
  expect(await system.bus.liveCalls(`run:${runId}`)).toEqual([]);
}, 60_000);
