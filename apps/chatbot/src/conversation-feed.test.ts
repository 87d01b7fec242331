import type { Message } from "@crew/contracts/conversations";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ClientFrame } from "@crew/contracts/socket";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { deleteConversation } from "@crew/core/conversations/delete-conversation";
import { regenerateAnswer } from "@crew/core/conversations/regenerate-answer";
import { sendMessage } from "@crew/core/conversations/send-message";
import { setHead } from "@crew/core/conversations/set-head";
import { updateConversation } from "@crew/core/conversations/update-conversation";
import { createActor } from "@crew/testing/actors";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { writeRunEvents } from "@crew/testing/write-run-events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

describe("a conversation over a socket", () => {
  let system: TestSystem;
  let gateway: TestGateway;
  let ada: Actor;
  beforeAll(async () => {
    system = await openTestSystem();
    gateway = await openTestGateway(system, { pollMs: 200, slowPollMs: 400 });
    ada = await createActor(system);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await system?.[Symbol.asyncDispose]();
  });

  async function signIn(actor = ada): Promise<SocketReader> {
    const reader = new SocketReader(new WebSocket(gateway.url));
    await reader.opened;
    reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
    await reader.next("ready");
    return reader;
  }
  async function open(): Promise<{ id: string; topic: string; reader: SocketReader }> {
    const { id } = await createConversation({ ...system, actor: ada }, { title: "Test", model: "demo/extractive" });
    const reader = await signIn();
    const topic = `conversation:${id}`;
    reader.send({ type: "subscribe", topic });
    await reader.next("caught_up");
    return { id, topic, reader };
  }
  const finish = (messageId: string, content: string, state = "complete") =>
    system.pool.query("UPDATE messages SET content = $2, state = $3 WHERE id = $1", [uuidFromTypeId(messageId), content, state]);

  test("a message is sent once however often, and its answer is followed from its first event to its end", async () => {
    const { id, topic, reader } = await open();
    const frame: ClientFrame = { type: "message.send", conversationId: id, clientMessageId: "m1", content: "Hello?", attachments: [] };
    reader.send(frame);
    reader.send(frame);
    const question = await reader.next("message", ({ message }) => message.role === "user");
    const { message: answer } = await reader.next("message", ({ message }) => message.role === "assistant");
    expect(question).toMatchObject({ topic, message: { content: "Hello?", seq: 1, clientMessageId: "m1" } });
    expect(answer).toMatchObject({ state: "pending", seq: 2 });
    const runId = answer.runId as string;
    await reader.next("event", ({ event }) => event.seq === 1);
    await writeRunEvents(system, runId, 1, [{ type: "llm_call_started", data: { callId: "call_1" } }]);
    system.bus.publish(`run:${runId}`, { type: "delta", callId: "call_1", offset: 0, text: "Hello " });
    const delta = await reader.next("delta");
    expect(delta).toMatchObject({ topic, callId: "call_1", offset: 0, text: "Hello " });

    // Another window opens in the middle.
    const other = await signIn();
    other.send({ type: "subscribe", topic });
    await other.next("caught_up");
    expect(other.of("message").map(({ message }) => [message.role, message.state])).toEqual([
      ["user", "complete"],
      ["assistant", "pending"],
    ]);
    expect((await other.next("delta")).text).toBe("Hello ");

    // What is thought has places of its own, live and for one who joins late.
    for (const [offset, text] of [[0, "Who "] as const, [4, "asks?"] as const]) {
      system.bus.publish(`run:${runId}`, { type: "delta", callId: "call_1/reasoning", offset, text });
      for (const each of [reader, other])
        await each.next("delta", (delta) => delta.callId === "call_1/reasoning" && delta.offset === offset && delta.text === text);
    }
    const late = await signIn();
    late.send({ type: "subscribe", topic });
    expect(await late.next("delta", ({ callId }) => callId !== "call_1")).toMatchObject({ offset: 0, text: "Who asks?" });
    late.socket.terminate();

    await finish(answer.id, "Hello you");
    // The hint of the finished message is lost; the run's last event is not.
    await writeRunEvents(system, runId, 2, [{ type: "conversation_turn_completed" }]);
    for (const each of [reader, other]) {
      const done = await each.next("message", ({ message }) => message.id === answer.id && message.state === "complete");
      expect(done.message.content).toBe("Hello you");
      await each.next("event", ({ event }) => event.seq === 3);
      expect(each.of("event").map(({ event }) => event.seq)).toEqual([1, 2, 3]);
    }
    const ids = new Set(reader.of("message").map(({ message }) => message.id));
    expect(ids.size).toBe(2);
    for (const each of [reader, other]) each.socket.terminate();
  });

  test("an older hint that comes late does not undo a finished answer, and a lost one is made up for", async () => {
    const { id, reader } = await open();
    reader.send({ type: "message.send", conversationId: id, clientMessageId: "m1", content: "Hello?", attachments: [] });
    const { message: answer } = await reader.next("message", ({ message }) => message.role === "assistant");
    await finish(answer.id, "Done", "failed");
    await reader.next("message", ({ message }) => message.id === answer.id && message.state === "failed");
    system.bus.publish(`conversation:${id}`, { type: "message", message: answer });
    reader.send({ type: "ping" });
    await reader.next("pong");
    expect(reader.of("message").at(-1)?.message.state).toBe("failed");
    reader.socket.terminate();
  });

  test("stop ends an answer that nobody works on yet", async () => {
    const { id, reader } = await open();
    reader.send({ type: "message.send", conversationId: id, clientMessageId: "m1", content: "Hello?", attachments: [] });
    const { message: answer } = await reader.next("message", ({ message }) => message.role === "assistant");
    reader.send({ type: "message.stop", conversationId: id });
    await reader.next("message", ({ message }) => message.id === answer.id && message.state === "stopped");
    await reader.next("event", ({ event }) => event.type === "run_cancelled");
    reader.socket.terminate();
  });

  test("a second message while an answer is being written is refused by its own id", async () => {
    const { id, reader } = await open();
    for (const clientMessageId of ["m1", "m2"])
      reader.send({ type: "message.send", conversationId: id, clientMessageId, content: "Hello?", attachments: [] });
    expect(await reader.next("error")).toMatchObject({ code: "conflict", clientMessageId: "m2" });
    reader.socket.terminate();
  });

  test("who follows a conversation that is deleted is told so and hears no more of it", async () => {
    const { id, topic, reader } = await open();
    await deleteConversation({ ...system, actor: ada }, id);
    expect(await reader.next("error")).toMatchObject({ code: "not_found", topic });
    const before = reader.frames.length;
    const message = { id: system.newId("message"), state: "complete", seq: 1 } as Message;
    system.bus.publish(`conversation:${id}`, { type: "message", message });
    reader.send({ type: "ping" });
    await reader.next("pong");
    expect(reader.frames.slice(before)).toEqual([{ type: "pong" }]);
    reader.socket.terminate();
  });

  test("a deletion that the bus has lost is noticed all the same", async () => {
    const { id, topic, reader } = await open();
    await system.pool.query("DELETE FROM conversations WHERE id = $1", [uuidFromTypeId(id)]);
    expect(await reader.next("error")).toMatchObject({ code: "not_found", topic });
    reader.socket.terminate();
  });

  test("T-05 another's conversation is absent, to read and to write", async () => {
    const { id, topic, reader } = await open();
    const stranger = await signIn(await createActor(system, { name: "Eve" }));
    stranger.send({ type: "subscribe", topic });
    expect(await stranger.next("error")).toMatchObject({ code: "not_found", topic });
    stranger.send({ type: "message.send", conversationId: id, clientMessageId: "e1", content: "Hi", attachments: [] });
    expect(await stranger.next("error", (error) => error.clientMessageId === "e1")).toMatchObject({ code: "not_found" });
    stranger.send({ type: "message.stop", conversationId: id });
    await stranger.until(() => stranger.of("error").length === 3);
    expect(reader.of("message")).toEqual([]);
    for (const each of [reader, stranger]) each.socket.terminate();
  });

  test("other windows are told when another branch is shown, also where the hint was lost", async () => {
    const { id, topic, reader } = await open();
    const ctx = { ...system, actor: ada };
    const first = await sendMessage(ctx, id, { clientMessageId: "m1", content: "One?", attachments: [] });
    await finish(first.answer.id, "One.");
    const again = await regenerateAnswer(ctx, id, first.answer.id, { clientMessageId: "m2" });
    const { message } = await reader.next("message", ({ message }) => message.id === again.answer.id);
    expect(message).toMatchObject({ parentId: first.message.id, versionIds: [first.answer.id, again.answer.id] });
    await finish(again.answer.id, "Two.");
    await reader.next("message", ({ message }) => message.id === again.answer.id && message.state === "complete");
    expect(reader.of("changed")).toEqual([]);
    await setHead(ctx, id, { messageId: first.answer.id });
    expect(await reader.next("changed")).toEqual({ type: "changed", topic, what: "conversation", id });
    await system.pool.query("UPDATE conversations SET head_id = $2 WHERE id = $1", [uuidFromTypeId(id), uuidFromTypeId(again.answer.id)]);
    await reader.until(() => reader.of("changed").length === 2);
    reader.socket.terminate();
  });

  test("who may read a shared one follows it without a say, until it is shared no more", async () => {
    const { id, topic } = await open();
    const ctx = { ...system, actor: ada };
    await updateConversation(ctx, id, { isShared: true });
    const viewer = await createActor(system, { name: "Eve", role: "viewer", workspaceId: ada.workspaceId });
    const guest = await signIn(viewer);
    guest.send({ type: "subscribe", topic });
    await guest.next("caught_up");
    const { answer } = await sendMessage(ctx, id, { clientMessageId: "m1", content: "One?", attachments: [] });
    await guest.next("message", ({ message }) => message.id === answer.id);
    await guest.next("event", ({ event }) => event.type === "run_queued");
    system.bus.publish(`run:${answer.runId}`, { type: "delta", callId: "call_1", offset: 0, text: "Hello " });
    expect(await guest.next("delta")).toMatchObject({ topic, text: "Hello " });
    guest.send({ type: "message.stop", conversationId: id });
    expect(await guest.next("error")).toMatchObject({ code: "forbidden" });
    await updateConversation(ctx, id, { isShared: false });
    expect(await guest.next("error", (error) => error.topic === topic)).toMatchObject({ code: "not_found" });
    const heard = guest.of("message").length + guest.of("delta").length;
    await finish(answer.id, "Secret now");
    system.bus.publish(`run:${answer.runId}`, { type: "delta", callId: "call_1", offset: 6, text: "secret" });
    system.bus.publish(`conversation:${id}`, { type: "message", message: { ...answer, state: "complete", content: "Secret now" } });
    guest.send({ type: "ping" });
    await guest.next("pong");
    expect(guest.of("message").length + guest.of("delta").length).toBe(heard);
    guest.socket.terminate();
  });

  test("a guest whose word of the end was lost is shown no further message", async () => {
    const { id, topic } = await open();
    const ctx = { ...system, actor: ada };
    await updateConversation(ctx, id, { isShared: true });
    const guest = await signIn(await createActor(system, { name: "Eve", role: "viewer", workspaceId: ada.workspaceId }));
    guest.send({ type: "subscribe", topic });
    await guest.next("caught_up");
    await system.pool.query("UPDATE conversations SET is_shared = false WHERE id = $1", [uuidFromTypeId(id)]);
    await sendMessage(ctx, id, { clientMessageId: "m1", content: "Alone?", attachments: [] });
    expect(await guest.next("error", (error) => error.topic === topic)).toMatchObject({ code: "not_found" });
    expect(guest.of("message")).toEqual([]);
    guest.socket.terminate();
  });
});
