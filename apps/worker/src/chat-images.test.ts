import { createHash } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { sendMessage } from "@crew/core/conversations/send-message";
import { createActor } from "@crew/testing/actors";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { PNG_BASE64, sampleImage } from "@crew/testing/sample-image";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake, "eyes")] } });
  actor = await createActor(system);
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});

const ctx = () => ({ ...system, actor });
const POINT = { type: "image/png", hash: createHash("sha256").update(Buffer.from(PNG_BASE64, "base64")).digest("hex") };

async function say(conversationId: string, content: string, attachments: ReturnType<typeof sampleImage>[] = []) {
  const { answer } = await sendMessage(ctx(), conversationId, { clientMessageId: content, content, attachments });
  return untilRun(system, actor, answer.runId ?? "");
}

test("a picture is shown with its message in this turn and the next, an answer is tainted by it, and no journal has its bytes", async () => {
  await using _worker = await startWorker(system, { capacity: 2 });
  fake.setScript({ defaults: { text: "A red point." } });
  const { id } = await createConversation(ctx(), { title: "Points", model: "eyes/fake-model" });
  const run = await say(id, "What is this?", [sampleImage()]);
  expect(run).toMatchObject({ state: "succeeded", output: "A red point." });
  await say(id, "Which color?");
  expect(fake.journal.map(({ images }) => images)).toMatchObject([[POINT], [POINT]]);
  const [answer] = (await listMessages(ctx(), id, { limit: 1 })).data;
  const part = answer?.parts.find(({ type }) => type === "context");
  expect(part?.type === "context" ? part.messages : 0).toBeGreaterThan(1_500);
  const tainted = await system.pool.query("SELECT tainted_by FROM messages WHERE id = $1", [uuidFromTypeId(answer?.id ?? "")]);
  expect(tainted.rows).toEqual([{ tainted_by: ["document point.png"] }]);
  for (const table of ["run_steps", "run_events", "call_attempts", "messages", "audit_events", "runs"]) {
    const { rows } = await system.pool.query(`SELECT FROM ${table} t WHERE position($1 in t::text) > 0`, [PNG_BASE64.slice(0, 40)]);
    expect(rows, table).toEqual([]);
  }
}, 60_000);

test("the demonstration says that it sees no pictures", async () => {
  await using _worker = await startWorker(system, { capacity: 2 });
  const { id } = await createConversation(ctx(), { title: "Points", model: "demo/extractive" });
  expect((await say(id, "What is this?", [sampleImage()])).output).toMatch(/^I cannot see the picture that you sent/);
}, 60_000);
