import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getRun } from "../runs/get-run.ts";
import { listRuns } from "../runs/list-runs.ts";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listMessages } from "./list-messages.ts";
import { sendMessage } from "./send-message.ts";
import { stopAnswer } from "./stop-answer.ts";
import { updateConversation } from "./update-conversation.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const plain = { title: "New conversation", model: "demo/extractive" };
const say = (clientMessageId: string, content = "What is the tide?", attachments: { name: string; text: string }[] = []) => ({
  clientMessageId,
  content,
  attachments,
});

async function start() {
  const ctx = { ...system, actor: await createActor(system) };
  return { ctx, conversation: await createConversation(ctx, plain) };
}

/** As the worker does at an answer's end. */
async function answered(messageId: string) {
  const end = { name: "test_answered", text: "UPDATE messages SET state = 'complete', content = 'High.' WHERE id = $1" };
  await system.statements.run(end, [uuidFromTypeId(messageId)]);
}

function filesOf(conversationId: string) {
  const files = {
    name: "test_files",
    text: `SELECT name, text, (SELECT count(*)::int FROM conversation_chunks c WHERE c.message_id = f.message_id AND c.position = f.position) AS chunks
      FROM conversation_files f WHERE conversation_id = $1 ORDER BY position`,
  };
  return system.statements.run(files, [uuidFromTypeId(conversationId)]);
}

test("writes the message, its pending answer and the run that will write it", async () => {
  const { ctx, conversation } = await start();
  const { message, answer } = await sendMessage(
    ctx,
    conversation.id,
    say("c1", "  What is the tide?\nNow.", [{ name: "a.txt", text: "High" }]),
  );
  expect(message).toMatchObject({
    seq: 1,
    role: "user",
    state: "complete",
    runId: null,
    clientMessageId: "c1",
    conversationId: conversation.id,
  });
  expect(answer).toMatchObject({ seq: 2, role: "assistant", content: "", state: "pending", clientMessageId: null });
  expect(await getRun(ctx, answer.runId ?? "")).toMatchObject({
    kind: "chat",
    state: "queued",
    conversationId: conversation.id,
    crewName: "What is the tide?",
    inputs: { model: "demo/extractive" },
    startedBy: { kind: "chat", userId: ctx.actor.userId },
  });
  expect(message.parts).toEqual([{ type: "file", name: "a.txt", characters: 4 }]);
  expect(await filesOf(conversation.id)).toEqual([{ name: "a.txt", text: "High", chunks: 1 }]);
  expect(await listMessages(ctx, conversation.id, { limit: 9 })).toEqual({ data: [answer, message], nextCursor: null });
  expect(await getConversation(ctx, conversation.id)).toMatchObject({ title: "What is the tide?" });
});

test("the same client id again sends nothing anew, also when both come at once", async () => {
  const { ctx, conversation } = await start();
  const sent = await Promise.all([1, 2, 3].map(() => sendMessage(ctx, conversation.id, say("c1"))));
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[2]).toEqual(sent[0]);
  await answered(sent[0]?.answer.id ?? "");
  const again = await sendMessage(ctx, conversation.id, say("c1", "other words"));
  expect(again).toMatchObject({ message: sent[0]?.message, answer: { id: sent[0]?.answer.id, content: "High.", state: "complete" } });
  expect((await listRuns(ctx, { limit: 9 })).data).toHaveLength(1);
});

test("one answer at a time; messages are numbered without a gap and paged newest first", async () => {
  const { ctx, conversation } = await start();
  const outcomes = await Promise.allSettled(["a", "b", "c"].map((id) => sendMessage(ctx, conversation.id, say(id))));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(outcomes.filter(({ status }) => status === "rejected")).toMatchObject([
    { reason: { code: "conflict" } },
    { reason: { code: "conflict" } },
  ]);
  for (const id of ["d", "e"]) {
    const [last] = (await listMessages(ctx, conversation.id, { limit: 1 })).data;
    await answered(last?.id ?? "");
    await sendMessage(ctx, conversation.id, say(id));
  }
  const first = await listMessages(ctx, conversation.id, { limit: 4 });
  const second = await listMessages(ctx, conversation.id, { limit: 4, cursor: first.nextCursor ?? undefined });
  expect([...first.data, ...second.data].map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1]);
  await expect(listMessages(ctx, conversation.id, { limit: 4, cursor: "zz" })).rejects.toMatchObject({ code: "invalid" });
});

test("refuses without permission, and whoever does not own the conversation", async () => {
  const { ctx, conversation } = await start();
  const viewer = { ...ctx, actor: { ...ctx.actor, permissions: ["conversations:read"] as const } };
  await expect(sendMessage(viewer, conversation.id, say("c1"))).rejects.toMatchObject({ code: "forbidden" });
  await expect(stopAnswer(viewer, conversation.id)).rejects.toMatchObject({ code: "forbidden" });
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: ctx.actor.workspaceId }) };
  for (const who of [neighbor, { ...system, actor: await createActor(system) }]) {
    await expect(sendMessage(who, conversation.id, say("c1"))).rejects.toMatchObject({ code: "not_found" });
    await expect(stopAnswer(who, conversation.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(listMessages(who, conversation.id, { limit: 9 })).rejects.toMatchObject({ code: "not_found" });
  }
  expect((await listRuns(ctx, { limit: 9 })).data).toEqual([]);
});

test("an answer that nobody writes yet stops at once, and the next message may be sent", async () => {
  const { ctx, conversation } = await start();
  expect(await stopAnswer(ctx, conversation.id)).toMatchObject({ id: conversation.id });
  const { answer } = await sendMessage(ctx, conversation.id, say("c1"));
  const { messages, stop } = await hear(system, `conversation:${conversation.id}`);
  await stopAnswer(ctx, conversation.id);
  await stop();
  expect(messages).toMatchObject([{ type: "message", message: { id: answer.id, state: "stopped" } }]);
  expect(await getRun(ctx, answer.runId ?? "")).toMatchObject({ state: "cancelled" });
  expect((await sendMessage(ctx, conversation.id, say("c2"))).message.seq).toBe(3);
});

test("leaves an audit row without the words, and tells the conversation and the workspace", async () => {
  const { ctx, conversation } = await start();
  const inConversation = await hear(system, `conversation:${conversation.id}`);
  const inWorkspace = await hear(system, `workspace:${ctx.actor.workspaceId}`);
  const sent = await sendMessage(ctx, conversation.id, say("c1", "a secret of mine"));
  await sendMessage(ctx, conversation.id, say("c1", "a secret of mine"));
  await Promise.all([inConversation.stop(), inWorkspace.stop()]);
  expect(inConversation.messages).toEqual([
    { type: "message", message: sent.message },
    { type: "message", message: sent.answer },
  ]);
  expect(inWorkspace.messages).toEqual([{ type: "changed", what: "conversation", id: conversation.id }]);
  const traces = await readAudit(system, ctx.actor.workspaceId);
  expect(traces.map(({ action }) => action)).toEqual(["conversation.created", "conversation.message_sent"]);
  expect(traces[1]).toMatchObject({ subject: conversation.id, detail: { messageId: sent.message.id, runId: sent.answer.runId } });
  expect(JSON.stringify(traces)).not.toContain("secret");
});

test("files stay with the conversation: told apart by name, in passages, within limits, and gone with it", async () => {
  const { ctx, conversation } = await start();
  const long = "The tide turns at nine.\n".repeat(400);
  const { message, answer } = await sendMessage(
    ctx,
    conversation.id,
    say("c1", "Look", [
      { name: "a.txt", text: long },
      { name: "a.txt", text: "" },
    ]),
  );
  expect(message.parts).toEqual([
    { type: "file", name: "a.txt", characters: long.length },
    { type: "file", name: "a.txt (2)", characters: 0 },
  ]);
  expect(await filesOf(conversation.id)).toMatchObject([
    { name: "a.txt", text: long, chunks: Math.ceil(long.length / 1_200) },
    { name: "a.txt (2)", chunks: 0 },
  ]);
  await answered(answer.id);
  const full = { name: "test_full", text: "UPDATE conversation_files SET characters = 5000000 WHERE conversation_id = $1" };
  await system.statements.run(full, [uuidFromTypeId(conversation.id)]);
  const more = say("c2", "And", [{ name: "b.txt", text: "x" }]);
  await expect(sendMessage(ctx, conversation.id, more)).rejects.toMatchObject({ code: "too_large" });
  expect((await listMessages(ctx, conversation.id, { limit: 9 })).data).toHaveLength(2);
  await deleteConversation(ctx, conversation.id);
  expect(await filesOf(conversation.id)).toEqual([]);
});

test("pinned facts are changed by their owner, with a trace", async () => {
  const { ctx, conversation } = await start();
  expect(await updateConversation(ctx, conversation.id, { facts: ["The boat is Petrel."] })).toMatchObject({
    facts: ["The boat is Petrel."],
  });
  expect(await getConversation(ctx, conversation.id)).toMatchObject({ facts: ["The boat is Petrel."] });
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: ctx.actor.workspaceId }) };
  await expect(updateConversation(neighbor, conversation.id, { facts: [] })).rejects.toMatchObject({ code: "not_found" });
  expect(await readAudit(system, ctx.actor.workspaceId)).toContainEqual(
    expect.objectContaining({ action: "conversation.updated", subject: conversation.id }),
  );
});
