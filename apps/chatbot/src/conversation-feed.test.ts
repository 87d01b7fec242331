import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ClientFrame } from "@crew/contracts/socket";
import type { Actor } from "@crew/core/access/actor";
import { createConversation } from "@crew/core/conversations/create-conversation";
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
});
