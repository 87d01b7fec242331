import { actingFor } from "@crew/core/access/acting-for";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { listMessages } from "@crew/core/conversations/list-messages";
import { createActor } from "@crew/testing/actors";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem } from "@crew/testing/open-test-system";
import { sampleImage } from "@crew/testing/sample-image";
import { SocketReader } from "@crew/testing/socket-reader";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

test("a picture is refused with the way that it can go, and nothing is sent", async () => {
  await using system = await openTestSystem();
  await using gateway = await openTestGateway(system);
  const ada = await createActor(system);
  const ctx = actingFor(system, ada);
  const { id } = await createConversation(ctx, { title: "Tides", model: "demo/extractive" });
  const reader = new SocketReader(new WebSocket(gateway.url));
  await reader.opened;
  reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
  await reader.next("ready");
  const message = { clientMessageId: "picture", content: "Look", attachments: [sampleImage()] };
  reader.send({ type: "message.send", conversationId: id, ...message });
  expect(await reader.next("error")).toMatchObject({
    code: "invalid",
    clientMessageId: "picture",
    message: expect.stringContaining("POST /v1/conversations/{id}/messages"),
  });
  expect((await listMessages(ctx, id, { limit: 9 })).data).toEqual([]);
  reader.socket.close();
});
