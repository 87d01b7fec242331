import { createConversation } from "@crew/core/conversations/create-conversation";
import { createActor } from "@crew/testing/actors";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { startWorker } from "@crew/worker/app";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

const AT_ONCE = 5;
const TALE = Array.from({ length: 5_000 }, (_, i) => `word${i}`).join(" ");

test("answers that are stopped over the socket close the provider's within 2 s and keep what was said", async () => {
  await using fake = await startFakeProvider({ script: { entries: [{ when: {}, text: TALE, tokenDelayMs: 20 }] } });
  await using system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
  await using gateway = await openTestGateway(system);
  await using _worker = await startWorker(system, { capacity: 10 });
  const actor = await createActor(system);
  const readers = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const { id } = await createConversation({ ...system, actor }, { title: "Tale", model: "fake/m" });
      const reader = new SocketReader(new WebSocket(gateway.url));
      await reader.opened;
      reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
      reader.send({ type: "subscribe", topic: `conversation:${id}` });
      await reader.next("caught_up");
      reader.send({ type: "message.send", conversationId: id, clientMessageId: "m1", content: "A tale.", attachments: [] });
      return { id, reader };
    }),
  );
  for (const { reader } of readers) await reader.until(() => reader.of("delta").length >= 5);
  const stoppedAt = Date.now();
  const shown = readers.map(({ id, reader }) => {
    reader.send({ type: "message.stop", conversationId: id });
    return reader
      .of("delta")
      .map(({ text }) => text)
      .join("");
  });
  const calls = await fake.waitForEnds(AT_ONCE, 20_000);
  for (const call of calls) {
    expect(call.outcome).toBe("client_closed");
    expect(Date.parse(call.endedAt ?? "") - stoppedAt).toBeLessThan(2_000);
  }
  for (const [n, { reader }] of readers.entries()) {
    const { message } = await reader.next("message", ({ message }) => message.state === "stopped");
    expect(shown[n]).not.toBe("");
    expect(message.content.startsWith(shown[n] ?? "-")).toBe(true);
    expect(TALE.startsWith(message.content)).toBe(true);
    // Nothing follows what was kept.
    const all = reader.of("delta").map(({ text }) => text);
    expect(message.content.startsWith(all.join(""))).toBe(true);
    reader.socket.terminate();
  }
});
