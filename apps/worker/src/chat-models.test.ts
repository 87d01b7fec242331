import type { AnswerSchema } from "@crew/contracts/answer-schema";
import type { Message } from "@crew/contracts/conversations";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateModelProvider } from "@crew/contracts/model-providers";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { exportConversation } from "@crew/core/conversations/export-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { regenerateAnswer } from "@crew/core/conversations/regenerate-answer";
import { sendMessage } from "@crew/core/conversations/send-message";
import { updateConversation } from "@crew/core/conversations/update-conversation";
import { createCrew } from "@crew/core/crews/create-crew";
import { createModelProvider } from "@crew/core/model-providers/create-model-provider";
import { updateModelProvider } from "@crew/core/model-providers/update-model-provider";
import { ModelRoutes } from "@crew/core/runs/execute/model-routes";
import { listLedger } from "@crew/core/runs/list-ledger";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import type { FakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type ModelHouse, openModelHouse } from "@crew/testing/open-model-house";
import type { TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let house: ModelHouse;
let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
beforeAll(async () => {
  const other = (provider: FakeProvider) => ({ ...fakeProviderSettings(provider, "small"), contextTokens: { two: 6_000 } });
  house = await openModelHouse((provider) => [fakeProviderSettings(provider), other(provider)]);
  ({ fake, system, ada: actor } = house);
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(() => house.forget());

const ctx = () => house.as(actor);
const GONE = { type: "status", status: 404, message: "no such model" } as const;

async function begin(more: Partial<Parameters<typeof createConversation>[1]> = {}): Promise<string> {
  return (await createConversation(ctx(), { title: "Boats", model: "fake/one", ...more })).id;
}

let sent = 0;
async function send(conversationId: string, content: string, answerSchema?: AnswerSchema): Promise<string> {
  sent += 1;
  const more = answerSchema && { answerSchema };
  const { answer } = await sendMessage(ctx(), conversationId, { clientMessageId: `c${sent}`, content, attachments: [], ...more });
  return answer.runId ?? "";
}

async function answerTo(conversationId: string): Promise<Message> {
  const [answer] = (await listMessages(ctx(), conversationId, { limit: 1 })).data;
  if (!answer) throw new Error("there is an answer");
  return answer;
}

const ledgerOf = async (runId: string) =>
  (await listLedger(ctx(), runId, { limit: 20 })).data.map(({ stepKey, model, outcome }) => `${stepKey} ${model} ${outcome}`);
const heard = () => fake.journal.map(({ model }) => model);
const told = (at: number) => fake.journal.at(at)?.messages.map(({ text }) => text) ?? [];
const partOf = ({ parts }: Message, type: string) => parts.find((part) => part.type === type);

/** Begins the answer in a worker that is lost once the provider has got so many calls; another one ends it. */
async function killAfter(calls: number, runId: string) {
  const dying = await executeUnleased(system);
  await fake.waitForCalls(calls);
  await system.pool.query("UPDATE runs SET state = 'queued', lease_owner = NULL, epoch = epoch + 1 WHERE id = $1", [uuidFromTypeId(runId)]);
  dying.die();
  await dying.done;
  await using _worker = await startWorker(system, { capacity: 4 });
  return untilRun(system, actor, runId);
}

describe("fallback models of a conversation", () => {
  test("are asked in order when its model gives up; the answer says who answered, the ledger who was asked", async () => {
    fake.setScript({
      entries: [
        { when: { model: "one" }, fault: GONE },
        { when: { model: "two" }, fault: GONE },
      ],
      defaults: { text: "Petrel." },
    });
    await using _worker = await startWorker(system, { capacity: 4 });
    const id = await begin({ fallbackModels: ["fake/two", "fake/three"] });
    const runId = await send(id, "What is the boat?");
    expect(await untilRun(system, actor, runId)).toMatchObject({ state: "succeeded", output: "Petrel." });
    const answer = await answerTo(id);
    expect(answer).toMatchObject({ state: "complete", content: "Petrel." });
    expect(partOf(answer, "model")).toEqual({ type: "model", model: "fake/three", insteadOf: "fake/one" });
    expect(await ledgerOf(runId)).toEqual([
      "chat/turn:1/model one failed",
      "chat/turn:1/model two failed",
      "chat/turn:1/model three completed",
    ]);
    // Chosen as the first, a fallback model is none any more, and nobody has stood in for it.
    expect(await updateConversation(ctx(), id, { model: "fake/three" })).toMatchObject({
      model: "fake/three",
      fallbackModels: ["fake/two"],
    });
    await untilRun(system, actor, await send(id, "And again?"));
    expect(partOf(await answerTo(id), "model")).toBeUndefined();
  }, 60_000);

  test("are those of when the answer began, and go on where a lost worker had come to", async () => {
    fake.setScript({
      entries: [
        { when: { model: "one" }, fault: GONE },
        { when: { model: "two" }, fault: { type: "hang" }, times: 1 },
      ],
      defaults: { text: "Petrel." },
    });
    const id = await begin({ fallbackModels: ["fake/two"] });
    const runId = await send(id, "What is the boat?");
    await updateConversation(ctx(), id, { fallbackModels: [] });
    expect(await killAfter(2, runId)).toMatchObject({ state: "succeeded", output: "Petrel.", attempt: 2 });
    expect(heard()).toEqual(["one", "two", "two"]);
    expect(partOf(await answerTo(id), "model")).toEqual({ type: "model", model: "fake/two", insteadOf: "fake/one" });
  }, 60_000);

  test("come after an agent's own", async () => {
    fake.setScript({
      entries: [
        { when: { model: "one" }, fault: GONE },
        { when: { model: "own" }, fault: GONE },
      ],
      defaults: { text: "Petrel." },
    });
    await using _worker = await startWorker(system, { capacity: 4 });
    const { agents, tasks } = buildCrew();
    const scout = agents.slice(0, 1).map((agent) => ({ ...agent, tools: [], fallbackModels: ["fake/own"] }));
    const crew = await createCrew(ctx(), buildCrew({ model: "fake/one", agents: scout, tasks: tasks.slice(0, 1) }));
    const target = { kind: "agent" as const, agentId: crew.agents[0]?.id ?? "" };
    const { id } = await createConversation(ctx(), { title: "Boats", target, fallbackModels: ["fake/two"] });
    await untilRun(system, actor, await send(id, "What is the boat?"));
    expect(heard()).toEqual(["one", "own", "two"]);
  }, 60_000);

  test("bound what the model is shown by the one that reads least", async () => {
    await using _worker = await startWorker(system, { capacity: 4 });
    const alone = await begin();
    const together = await begin({ fallbackModels: ["small/two"] });
    for (const id of [alone, together]) await untilRun(system, actor, await send(id, "Hello"));
    expect(partOf(await answerTo(alone), "context")).toMatchObject({ budget: 21_600 });
    expect(partOf(await answerTo(together), "context")).toMatchObject({ budget: 4_050 });
  }, 60_000);
});

test("the context window that a workspace sets for a model is what its chats go by", async () => {
  const provider = await createModelProvider(ctx(), {
    ...CreateModelProvider.parse({ kind: "openai-compatible", name: "mine", baseUrl: "https://models.example.com/v1" }),
    contextTokens: { "big/one": 64_000 },
  });
  expect(provider.contextTokens).toEqual({ "big/one": 64_000 });
  const budgets: unknown[] = [];
  const settings: Record<string, number>[] = [{ "big/one": 64_000 }, { "big/one": 8_000 }, {}];
  for (const contextTokens of settings) {
    expect(await updateModelProvider(ctx(), provider.id ?? "", { contextTokens })).toMatchObject({ contextTokens });
    // Asked for as a new worker would: this one goes by what it has found for some seconds.
    const route = await new ModelRoutes(system).find(actor.workspaceId, "mine/big/one");
    budgets.push(route.windowTokens);
  }
  expect(budgets).toEqual([64_000, 8_000, 32_000]);
});

const SCHEMA: AnswerSchema = {
  type: "object",
  properties: { name: { type: "string" }, metres: { type: "integer", minimum: 1 } },
  required: ["name", "metres"],
  additionalProperties: false,
};
const GOOD = '{"name": "Petrel", "metres": 9}';

describe("an answer with a schema", () => {
  test("is the value that the model wrote, also out of a fence; the model was told the schema as it was sent", async () => {
    fake.setScript({ entries: [{ text: `Here it is:\n\n\`\`\`json\n${GOOD}\n\`\`\`` }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const id = await begin();
    expect(await untilRun(system, actor, await send(id, "Which boat?", SCHEMA))).toMatchObject({ state: "succeeded", output: GOOD });
    const answer = await answerTo(id);
    expect(answer).toMatchObject({ state: "complete", content: GOOD });
    expect(partOf(answer, "json")).toEqual({ type: "json", value: { name: "Petrel", metres: 9 } });
    expect(told(0)[0]).toContain(JSON.stringify(SCHEMA));
    expect(await exportConversation(ctx(), id, { format: "markdown" })).toContain(`\`\`\`json\n${GOOD}\n\`\`\``);
    expect(JSON.parse(await exportConversation(ctx(), id, { format: "json" })).messages[1].parts).toContainEqual(partOf(answer, "json"));

    // Another answer to the same message has the same form; the next message is free of it.
    fake.setScript({ entries: [{ text: GOOD.replace("9", "8") }, { text: "Nothing." }] });
    const { answer: second } = await regenerateAnswer(ctx(), id, answer.id, { clientMessageId: "again" });
    await untilRun(system, actor, second.runId ?? "");
    expect(partOf(await answerTo(id), "json")).toEqual({ type: "json", value: { name: "Petrel", metres: 8 } });
    await untilRun(system, actor, await send(id, "What else?"));
    expect(await answerTo(id)).toMatchObject({ state: "complete", content: "Nothing." });
    expect(told(-1)[0]).not.toContain("<schema>");
  }, 60_000);

  test("is asked for again with what is wrong, also by the worker after one that was lost in between", async () => {
    const tries = [{ text: "Petrel, I think." }, { text: '{"name": "Petrel", "metres": "nine"}', times: 1 }];
    fake.setScript({ entries: [...tries, { fault: { type: "hang" } }, { text: GOOD }] });
    const id = await begin();
    const runId = await send(id, "Which boat?", SCHEMA);
    expect(await killAfter(3, runId)).toMatchObject({ state: "succeeded", output: GOOD, attempt: 2, totals: { modelCalls: 3 } });
    expect(told(1).slice(-2)).toEqual(["Petrel, I think.", expect.stringContaining("it is not one JSON value")]);
    expect(told(2).at(-1)).toContain('"metres" must be an integer');
    // What it was asked for the second time is what it was asked for the first time.
    expect(fake.journal[3]?.bodyHash).toBe(fake.journal[2]?.bodyHash);
    expect(await ledgerOf(runId)).toEqual([
      "chat/turn:1/model one completed",
      "chat/again:1/turn:1/model one completed",
      "chat/again:2/turn:1/model one ambiguous",
      "chat/again:2/turn:1/model one completed",
    ]);
    expect(partOf(await answerTo(id), "json")).toEqual({ type: "json", value: { name: "Petrel", metres: 9 } });
  }, 60_000);

  test("fails after the third try, and what was said last is kept", async () => {
    fake.setScript({ entries: [{ text: "One" }, { text: "{}" }, { text: '{"name": "Petrel", "metres": 0}' }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const id = await begin();
    const run = await untilRun(system, actor, await send(id, "Which boat?", SCHEMA));
    expect(run).toMatchObject({ state: "failed", error: { code: "answer_unfit" } });
    expect(run.error?.message).toContain('"metres" must be at least 1');
    const answer = await answerTo(id);
    expect(answer).toMatchObject({ state: "failed", content: '{"name": "Petrel", "metres": 0}', error: { code: "answer_unfit" } });
    expect(partOf(answer, "json")).toBeUndefined();
    expect(fake.journal).toHaveLength(3);
  }, 60_000);

  test("may be any JSON value, and one that leaves no room for the question is refused before anything is asked", async () => {
    fake.setScript({ entries: [{ text: '"calm"' }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const id = await begin();
    await untilRun(system, actor, await send(id, "The sea?", { type: "string", enum: ["calm", "rough"] }));
    expect(partOf(await answerTo(id), "json")).toEqual({ type: "json", value: "calm" });
    fake.clearJournal();
    const narrow = await begin({ model: "small/two" });
    const run = await untilRun(system, actor, await send(narrow, "The sea?", { type: "string", description: "wind ".repeat(2_000) }));
    expect(run).toMatchObject({ state: "failed", error: { code: "schema_too_long" } });
    expect(fake.journal).toEqual([]);
  }, 60_000);
});
