import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getRun } from "../runs/get-run.ts";
import { createConversation } from "./create-conversation.ts";
import { exportConversation } from "./export-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listMessages } from "./list-messages.ts";
import { regenerateAnswer } from "./regenerate-answer.ts";
import { sendMessage } from "./send-message.ts";
import { setHead } from "./set-head.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

async function start() {
  const ctx = { ...system, actor: await createActor(system) };
  return { ctx, id: (await createConversation(ctx, { title: "Tides", model: "demo/extractive" })).id };
}
type Started = Awaited<ReturnType<typeof start>>;

/** As the worker does at an answer's end. */
async function answered(messageId: string, content: string) {
  await system.pool.query("UPDATE messages SET state = 'complete', content = $2 WHERE id = $1", [uuidFromTypeId(messageId), content]);
}
async function say({ ctx, id }: Started, content: string, answer: string, parentId?: string | null) {
  const attachments = [{ name: "tides.txt", text: "High at noon" }];
  const sent = await sendMessage(ctx, id, { clientMessageId: content, content, attachments, ...(parentId !== undefined && { parentId }) });
  await answered(sent.answer.id, answer);
  return sent;
}
const shownOf = async ({ ctx, id }: Started) => (await listMessages(ctx, id, { limit: 50 })).data.map(({ content }) => content).reverse();

test("another answer is a version beside the first, by a run of its own with the same files", async () => {
  const started = await start();
  const { ctx, id } = started;
  const first = await say(started, "When?", "At noon.");
  const heard = await hear(system, `conversation:${id}`);
  const again = await regenerateAnswer(ctx, id, first.answer.id, { clientMessageId: "r1" });
  await heard.stop();
  expect(again.message).toMatchObject({ id: first.message.id, content: "When?" });
  expect(again.answer).toMatchObject({
    seq: 3,
    parentId: first.message.id,
    versionIds: [first.answer.id, again.answer.id],
    state: "pending",
    clientMessageId: "r1",
  });
  expect(again.answer.runId).not.toBe(first.answer.runId);
  expect(await getRun(ctx, again.answer.runId ?? "")).toMatchObject({ kind: "chat", state: "queued", conversationId: id });
  expect(again.message.parts).toEqual([{ type: "file", name: "tides.txt", characters: "High at noon".length }]);
  expect(heard.messages).toEqual([{ type: "message", message: again.answer }]);
  await expect(regenerateAnswer(ctx, id, first.answer.id, { clientMessageId: "r2" })).rejects.toMatchObject({ code: "conflict" });
  await answered(again.answer.id, "At one.");
  expect(await shownOf(started)).toEqual(["When?", "At one."]);
  expect(await regenerateAnswer(ctx, id, first.message.id, { clientMessageId: "r1" })).toMatchObject({
    answer: { id: again.answer.id, content: "At one." },
  });
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({
    action: "conversation.answer_regenerated",
    subject: id,
    detail: { messageId: first.message.id, runId: again.answer.runId },
  });
});

test("a client id names one act: it neither sends nor asks again for another", async () => {
  const started = await start();
  const { ctx, id } = started;
  const { answer } = await say(started, "When?", "At noon.");
  await expect(regenerateAnswer(ctx, id, answer.id, { clientMessageId: "When?" })).rejects.toMatchObject({ code: "conflict" });
  const { answer: other } = await regenerateAnswer(ctx, id, answer.id, { clientMessageId: "r1" });
  await answered(other.id, "At one.");
  const input = { clientMessageId: "r1", content: "And where?", attachments: [] };
  await expect(sendMessage(ctx, id, input)).rejects.toMatchObject({ code: "conflict" });
});

test("an edited message begins a branch; the head chooses which one is shown, to its newest end", async () => {
  const started = await start();
  const { ctx, id } = started;
  const first = await say(started, "When?", "At noon.");
  await say(started, "Where?", "In the north.");
  const edited = await say(started, "When is the ebb?", "At six.", null);
  expect(edited.message.versionIds).toEqual([first.message.id, edited.message.id]);
  expect(await shownOf(started)).toEqual(["When is the ebb?", "At six."]);
  const heard = await hear(system, `conversation:${id}`);
  const back = await setHead(ctx, id, { messageId: first.message.id });
  await heard.stop();
  expect(heard.messages).toEqual([{ type: "changed", what: "conversation", id }]);
  expect(await getConversation(ctx, id)).toEqual(back);
  expect(await shownOf(started)).toEqual(["When?", "At noon.", "Where?", "In the north."]);
  await say(started, "And then?", "Nothing.");
  expect(await shownOf(started)).toEqual(["When?", "At noon.", "Where?", "In the north.", "And then?", "Nothing."]);
  await setHead(ctx, id, { messageId: edited.answer.id });
  expect(await shownOf(started)).toEqual(["When is the ebb?", "At six."]);
});

test("an edited message takes the files of its earlier version along, beside new ones, where later turns find them", async () => {
  const started = await start();
  const { ctx, id } = started;
  const first = await say(started, "When?", "At noon.");
  const input = { content: "When is the ebb?", attachments: [{ name: "tides.txt", text: "Low at six" }], parentId: null };
  const edited = await sendMessage(ctx, id, { ...input, clientMessageId: "e1", keepFilesOf: first.message.id });
  expect(edited.message.parts).toEqual([
    { type: "file", name: "tides.txt", characters: "High at noon".length },
    { type: "file", name: "tides.txt (2)", characters: "Low at six".length },
  ]);
  const textsOf = async (messageId: string) => {
    const { rows } = await system.pool.query(
      `SELECT f.text, c.text AS passage FROM conversation_files f JOIN conversation_chunks c USING (message_id, position)
       WHERE message_id = $1 ORDER BY position`,
      [uuidFromTypeId(messageId)],
    );
    return rows;
  };
  const high = { text: "High at noon", passage: "High at noon" };
  expect(await textsOf(edited.message.id)).toEqual([high, { text: "Low at six", passage: "Low at six" }]);
  expect(await textsOf(first.message.id)).toEqual([high]);
  await answered(edited.answer.id, "At six.");
  const bare = await sendMessage(ctx, id, { ...input, attachments: [], clientMessageId: "e2" });
  expect(bare.message.parts).toEqual([]);
});

test("files are kept of an earlier version of the same message alone, and no more than one message may have", async () => {
  const started = await start();
  const { ctx, id } = started;
  const first = await say(started, "When?", "At noon.");
  const second = await say(started, "Where?", "In the north.");
  const elsewhere = await say(await start(), "Else?", "No.");
  const edit = (keepFilesOf: string, attachments: { name: string; text: string }[] = []) =>
    sendMessage(ctx, id, { clientMessageId: "e", content: "Edited", attachments, parentId: null, keepFilesOf });
  for (const other of [second.message.id, first.answer.id, elsewhere.message.id, system.newId("message")])
    await expect(edit(other)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("keepFilesOf") });
  const eight = Array.from({ length: 8 }, (_, at) => ({ name: `${at}.txt`, text: "x" }));
  await expect(edit(first.message.id, eight)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("at most 8") });
  expect(await shownOf(started)).toEqual(["When?", "At noon.", "Where?", "In the north."]);
  expect((await edit(first.message.id, eight.slice(1))).message.parts).toHaveLength(8);
});

test("branches are chosen by whoever may write, among messages of the conversation", async () => {
  const started = await start();
  const { ctx, id } = started;
  const { answer } = await say(started, "When?", "At noon.");
  const other = await start();
  const elsewhere = await say(other, "Else?", "No.");
  for (const messageId of [elsewhere.answer.id, system.newId("message")]) {
    await expect(setHead(ctx, id, { messageId })).rejects.toMatchObject({ code: "not_found" });
    await expect(regenerateAnswer(ctx, id, messageId, { clientMessageId: "x" })).rejects.toMatchObject({ code: "not_found" });
  }
  const reader = { ...ctx, actor: { ...ctx.actor, permissions: ["conversations:read"] as const } };
  await expect(setHead(reader, id, { messageId: answer.id })).rejects.toMatchObject({ code: "forbidden" });
  await expect(regenerateAnswer(reader, id, answer.id, { clientMessageId: "x" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(setHead(other.ctx, id, { messageId: answer.id })).rejects.toMatchObject({ code: "not_found" });
  await expect(regenerateAnswer(other.ctx, id, answer.id, { clientMessageId: "x" })).rejects.toMatchObject({ code: "not_found" });
});

test("a turn has as many versions as its messages can name, and no more", async () => {
  const started = await start();
  const { ctx, id } = started;
  const { message, answer } = await say(started, "When?", "At noon.");
  await system.pool.query(
    `INSERT INTO messages (id, workspace_id, conversation_id, seq, parent_id, role, content, state, created_at)
     SELECT gen_random_uuid(), workspace_id, conversation_id, seq + n, parent_id, role, 'Other', 'complete', now() FROM messages, generate_series(1, 199) n
     WHERE id = $1`,
    [uuidFromTypeId(answer.id)],
  );
  await expect(regenerateAnswer(ctx, id, message.id, { clientMessageId: "r" })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("200 versions"),
  });
});

test("an export holds the shown branch to read, or all of it", async () => {
  const started = await start();
  const { ctx, id } = started;
  await say(started, "When?", "At noon.");
  await say(started, "When is the ebb?", "At **six**.", null);
  expect(await exportConversation(ctx, id, { format: "markdown" })).toBe(
    "# Tides\n\nModel: demo/extractive\n\n## Ada\n\nWhen is the ebb?\n\n## Answer\n\nAt **six**.\n",
  );
  const all = JSON.parse(await exportConversation(ctx, id, { format: "json" }));
  expect(all.conversation).toMatchObject({ id, title: "Tides" });
  expect(all.messages.map(({ content }: { content: string }) => content)).toEqual(["When?", "At noon.", "When is the ebb?", "At **six**."]);
  const other = await start();
  await expect(exportConversation(other.ctx, id, { format: "json" })).rejects.toMatchObject({ code: "not_found" });
  await system.pool.query("UPDATE messages SET content = repeat('x', 11000000) WHERE conversation_id = $1", [uuidFromTypeId(id)]);
  await expect(exportConversation(ctx, id, { format: "json" })).rejects.toMatchObject({ code: "too_large" });
});
