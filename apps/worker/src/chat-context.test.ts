import { setTimeout as sleep } from "node:timers/promises";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createBudget } from "@crew/core/budgets/create-budget";
import { getBudget } from "@crew/core/budgets/get-budget";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { sendMessage } from "@crew/core/conversations/send-message";
import { stopAnswer } from "@crew/core/conversations/stop-answer";
import { updateConversation } from "@crew/core/conversations/update-conversation";
import { listLedger } from "@crew/core/runs/list-ledger";
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
  // By this name it is taken for one that reads little.
  house = await openModelHouse((provider) => [fakeProviderSettings(provider, "ollama")]);
  ({ fake, system, ada: actor } = house);
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(() => house.forget());

const ctx = () => house.as(actor);
const BUDGET = 5_400;
const IS_SUMMARY = "<turns>";

async function begin(model = "ollama/fake-model"): Promise<string> {
  return (await createConversation(ctx(), { title: "Boats", model })).id;
}

async function send(conversationId: string, content: string, attachments: { name: string; text: string }[] = []) {
  const { answer } = await sendMessage(ctx(), conversationId, { clientMessageId: content.slice(0, 90), content, attachments });
  return answer.runId ?? "";
}

async function answerTo(conversationId: string) {
  const [answer] = (await listMessages(ctx(), conversationId, { limit: 1 })).data;
  if (!answer) throw new Error("there is an answer");
  return answer;
}

/** Turns as if they had been talked through; each says enough that a few dozen fill the budget. */
async function plantTurns(conversationId: string, turns: number, third: string): Promise<void> {
  await system.pool.query(
    `WITH ids AS (
      SELECT n, gen_random_uuid() AS id FROM generate_series(1, $2 * 2) AS n
    ), planted AS (
      INSERT INTO messages (id, workspace_id, conversation_id, seq, parent_id, role, content, state, created_at)
      SELECT ids.id, c.workspace_id, c.id, ids.n, before.id, CASE WHEN ids.n % 2 = 1 THEN 'user' ELSE 'assistant' END,
        CASE WHEN ids.n = 5 THEN $3 ELSE 'Turn ' || ((ids.n + 1) / 2) || ': ' || repeat('so it goes ', 25) END, 'complete', now()
      FROM ids LEFT JOIN ids before ON before.n = ids.n - 1, conversations c WHERE c.id = $1
    )
    UPDATE conversations SET last_seq = $2 * 2, head_id = (SELECT id FROM ids WHERE n = $2 * 2) WHERE id = $1`,
    [uuidFromTypeId(conversationId), turns, third],
  );
}

/** Tokens of a call, counted from the text of its messages. */
const tokensOf = (call: { messages: { text: string }[] }) => call.messages.reduce((sum, { text }) => sum + Math.ceil(text.length / 4), 0);
const textOf = (call: { messages: { text: string }[] }) => call.messages.map(({ text }) => text).join("\n");
const summariesOf = async (conversationId: string) =>
  (
    await system.pool.query("SELECT through_seq, messages, text FROM conversation_summaries WHERE conversation_id = $1 ORDER BY 1", [
      uuidFromTypeId(conversationId),
    ])
  ).rows;

test("400 turns stay within the model's budget, what the third said is there when asked, and what was summarised is shown", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const id = await begin();
  await plantTurns(id, 398, "Remember: my boat is called Petrel.");
  const entries = [{ when: { contains: IS_SUMMARY }, text: "- The person's boat is called Petrel." }];
  fake.setScript({ entries, defaults: { text: "It is called Petrel." } });
  await untilRun(system, actor, await send(id, "Say one more thing."));
  const first = [...fake.journal];
  expect(first.length).toBeGreaterThan(2);
  // The next turn goes on from the summary that the one before has kept.
  await untilRun(system, actor, await send(id, "What is my boat called?"));
  expect(fake.journal.length).toBe(first.length + 1);
  const last = fake.journal.at(-1);
  expect(textOf(last ?? { messages: [] })).toContain("boat is called Petrel");
  expect(textOf(last ?? { messages: [] })).not.toContain("Turn 300:");
  for (const call of fake.journal) expect(tokensOf(call)).toBeLessThanOrEqual(BUDGET);
  const kept = await summariesOf(id);
  expect(kept).toHaveLength(1);
  const answer = await answerTo(id);
  const context = answer.parts.find((part) => part.type === "context");
  const summary = answer.parts.find((part) => part.type === "summary");
  expect(summary).toEqual({ type: "summary", throughSeq: kept[0]?.through_seq, messages: kept[0]?.messages, text: kept[0]?.text });
  expect(context).toMatchObject({ budget: BUDGET, summarized: kept[0]?.messages });
  expect((context?.whole ?? 0) + (context?.summarized ?? 0) + (context?.omitted ?? 0)).toBe(799);
}, 60_000);

test("an answer that another worker takes over asks for the same and pays for its summary once", async () => {
  const id = await begin();
  await updateConversation(ctx(), id, { facts: ["The boat is Petrel."] });
  await plantTurns(id, 40, "Hello.");
  fake.setScript({
    entries: [
      { when: { contains: IS_SUMMARY }, text: "- Nothing of note.", usage: { inputTokens: 700, outputTokens: 9 } },
      { text: "never said", fault: { type: "hang" } },
    ],
    defaults: { text: "It is Petrel." },
  });
  const runId = await send(id, "What is the boat?");
  const dying = await executeUnleased(system);
  await untilAnswerIsAsked();
  const asked = [...fake.journal];
  // It loses its lease in the middle of the answer; meanwhile the facts are changed.
  await system.pool.query("UPDATE runs SET state = 'queued', lease_owner = NULL, epoch = epoch + 1 WHERE id = $1", [uuidFromTypeId(runId)]);
  dying.die();
  await dying.done;
  await updateConversation(ctx(), id, { facts: ["The boat is Albatross."] });
  await using _worker = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, runId);
  expect(run).toMatchObject({ state: "succeeded", output: "It is Petrel.", attempt: 2, totals: { modelCalls: asked.length } });
  const summaries = fake.journal.filter((call) => textOf(call).includes(IS_SUMMARY));
  expect(new Set(summaries.map(({ bodyHash }) => bodyHash)).size).toBe(summaries.length);
  expect(summaries).toHaveLength(asked.length - 1);
  expect(fake.journal).toHaveLength(asked.length + 1);
  expect(fake.journal.at(-1)?.bodyHash).toBe(asked.at(-1)?.bodyHash);
  const ledger = (await listLedger(ctx(), runId, { limit: 9 })).data;
  expect(ledger.map(({ stepKey, outcome }) => [stepKey, outcome])).toEqual([
    ...summaries.map((_, index) => [`chat/summary:${index + 1}/model`, "completed"]),
    ["chat/turn:1/model", "ambiguous"],
    ["chat/turn:1/model", "completed"],
  ]);
  expect(await summariesOf(id)).toHaveLength(1);
}, 60_000);

describe("an answer that is stopped while older messages are being summarised", () => {
  const first = { when: { contains: IS_SUMMARY }, times: 1, text: "- Nothing of note.", usage: { inputTokens: 700, outputTokens: 9 } };
  test.each([
    { moment: "before the model has said a word", fault: { type: "hang" } as const },
    { moment: "in mid-sentence", fault: { type: "stall", afterChunks: 2 } as const },
  ])(
    "$moment asks for nothing more, closes the provider's socket and is charged once",
    async ({ fault }) => {
      await using _worker = await startWorker(system, { capacity: 4 });
      const id = await begin();
      await plantTurns(id, 398, "Hello.");
      fake.setScript({
        entries: [first, { when: { contains: IS_SUMMARY }, text: "- Never kept, never read.", fault }],
        defaults: { text: "No." },
      });
      const limit = { name: "Tokens of a run", scope: "run", period: "total", measure: "tokens", limit: "1000000" } as const;
      const { id: budgetId } = await createBudget(ctx(), {
        ...limit,
        subjectId: null,
        action: "stop",
        warnAtPercent: null,
        isEnabled: true,
      });
      const runId = await send(id, "What was that?");
      await fake.waitForCalls(2, 20_000);
      await expect.poll(() => fake.journal[1]?.chunksSent).toBe(fault.type === "stall" ? 2 : 0);
      const stoppedAt = Date.now();
      await stopAnswer(ctx(), id);
      const ended = (await fake.waitForEnds(2, 10_000))[1];
      expect(ended?.outcome).toBe("client_closed");
      expect(Date.parse(ended?.endedAt ?? "") - stoppedAt).toBeLessThan(2_000);
      const run = await untilRun(system, actor, runId);
      expect(run.state).toBe("cancelled");
      expect(await answerTo(id)).toMatchObject({ state: "stopped", content: "", parts: [] });
      expect(await summariesOf(id)).toEqual([]);
      // What was sent is charged as far as anybody can know, once: in the ledger, in the run and in the budget.
      const ledger = (await listLedger(ctx(), runId, { limit: 9 })).data;
      expect(ledger).toMatchObject([
        { stepKey: "chat/summary:1/model", outcome: "completed", inputTokens: 700, outputTokens: 9 },
        { stepKey: "chat/summary:2/model", outcome: "ambiguous", failure: "aborted", isEstimated: true },
      ]);
      const inputTokens = ledger.reduce((sum, row) => sum + (row.inputTokens ?? 0), 0);
      const outputTokens = ledger.reduce((sum, row) => sum + (row.outputTokens ?? 0), 0);
      expect(run.totals).toMatchObject({ modelCalls: 1, inputTokens, outputTokens });
      const use = (await getBudget(ctx(), budgetId)).uses.find(({ subjectId }) => subjectId === runId);
      expect(use).toMatchObject({ settled: String(inputTokens + outputTokens), reserved: "0" });
      expect(fake.journal).toHaveLength(2);
    },
    60_000,
  );
});

/** All summaries are then in the journal. */
async function untilAnswerIsAsked(): Promise<void> {
  for (const end = Date.now() + 20_000; !fake.journal.some((call) => !textOf(call).includes(IS_SUMMARY)); await sleep(20))
    if (Date.now() > end) throw new Error("the answer was not asked for");
}

test("a file is found by later turns of its branch, and by no other conversation's", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const id = await begin();
  const pages = `${"Nothing of note on this page.\n".repeat(600)}The keel weighs 412 kg.\n${"Nothing more.\n".repeat(600)}`;
  await untilRun(
    system,
    actor,
    await send(id, "Here is the log.", [
      { name: "log.txt", text: pages },
      { name: "crew.md", text: "Ada steers." },
    ]),
  );
  const stranger = await begin();
  fake.clearJournal();
  const call = { name: "search_files", arguments: { words: "keel weighs" } };
  fake.setScript({ entries: [{ toolCalls: [call] }, { text: "412 kg." }] });
  await untilRun(system, actor, await send(id, "How heavy is the keel of that boat?"));
  const [asked, after] = fake.journal;
  expect(asked?.toolNames).toEqual(["calculator", "current_time", "read_document", "search_files"]);
  // The short one whole, of the long one what fits the question.
  expect(textOf(asked ?? { messages: [] })).toContain("Ada steers.");
  expect(textOf(asked ?? { messages: [] })).toContain("The keel weighs 412 kg.");
  expect(after?.messages.at(-1)?.text).toMatch(/^"log\.txt", characters \d+ to \d+ of \d+:[\s\S]*The keel weighs 412 kg\./);
  const answer = await answerTo(id);
  expect(answer.parts.find((part) => part.type === "context")?.files).toBeGreaterThan(100);
  const tainted = await system.pool.query("SELECT tainted_by FROM messages WHERE id = $1", [uuidFromTypeId(answer.id)]);
  expect(tainted.rows[0]?.tainted_by.toSorted()).toEqual(["document crew.md", "document log.txt"]);

  fake.clearJournal();
  fake.setScript({ defaults: { text: "No idea." } });
  await untilRun(system, actor, await send(stranger, "How heavy is the keel?"));
  expect(fake.journal[0]?.toolNames).toEqual(["calculator", "current_time"]);
  expect(textOf(fake.journal[0] ?? { messages: [] })).not.toContain("412");
}, 60_000);

test("read_document reads what was sent with an earlier message", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const id = await begin();
  const text = "The mast is 14 m high.\n".repeat(500);
  await untilRun(system, actor, await send(id, "Keep this.", [{ name: "mast.txt", text }]));
  fake.clearJournal();
  fake.setScript({
    entries: [{ toolCalls: [{ name: "read_document", arguments: { name: "mast.txt", length: 100 } }] }, { text: "14 m." }],
  });
  await untilRun(system, actor, await send(id, "Look it up."));
  expect(fake.journal[1]?.messages.at(-1)?.text).toMatch(
    /^The mast is 14 m high\.[\s\S]*\[Characters 0 to 100 of 11500\. Read on with from=100\.\]$/,
  );
}, 60_000);

test("the demonstration summarises offline and answers from that", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const id = await begin("demo/extractive");
  await plantTurns(id, 398, "My boat is called Petrel.");
  const run = await untilRun(system, actor, await send(id, "What is my boat called?"), undefined, 40_000);
  expect(run).toMatchObject({ state: "succeeded", totals: { costUsd: "0.00" } });
  const answer = await answerTo(id);
  expect(answer.parts.find((part) => part.type === "summary")?.text).toContain("My boat is called Petrel.");
  expect(answer.content).toContain("My boat is called Petrel.");
}, 60_000);
