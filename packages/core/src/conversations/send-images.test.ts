import type { Attachment } from "@crew/contracts/attachments";
import { SendMessage } from "@crew/contracts/conversations";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_IMAGE_CHARACTERS } from "@crew/contracts/images";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { PNG_BASE64, sampleImage } from "@crew/testing/sample-image";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getImage } from "./get-image.ts";
import { listMessages } from "./list-messages.ts";
import { sendMessage } from "./send-message.ts";
import { updateConversation } from "./update-conversation.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function start() {
  const ctx = { ...system, actor: await createActor(system) };
  const { id } = await createConversation(ctx, { title: "Pictures", model: "demo/extractive" });
  const send = (attachments: Attachment[]) => sendMessage(ctx, id, { clientMessageId: "c1", content: "Look", attachments });
  return { ctx, id, send };
}
const imagesOf = async (id: string) =>
  (await system.pool.query("SELECT name FROM conversation_images WHERE conversation_id = $1", [uuidFromTypeId(id)])).rows;
const withType = (type: "image/gif", base64 = PNG_BASE64): Attachment => ({ name: "a.gif", image: { type, base64 } });

test("pictures stand beside texts in the message, are what their first bytes say, and go with the conversation", async () => {
  const { ctx, id, send } = await start();
  const { message } = await send([{ name: "a.txt", text: "High" }, withType("image/gif"), sampleImage("a.gif")]);
  const bytes = Buffer.from(PNG_BASE64, "base64").length;
  const image = { type: "image", id: expect.stringMatching(/^image_/), mediaType: "image/png", bytes };
  expect(message.parts).toEqual([
    { type: "file", name: "a.txt", characters: 4 },
    { ...image, name: "a.gif" },
    { ...image, name: "a.gif (2)" },
  ]);
  const [, part] = message.parts;
  const stored = await getImage(ctx, id, part?.type === "image" ? part.id : "");
  expect([stored.type, stored.content.toString("base64")]).toEqual(["image/png", PNG_BASE64]);
  expect(await imagesOf(id)).toHaveLength(2);
  await deleteConversation(ctx, id);
  expect(await imagesOf(id)).toEqual([]);
});

test("what is no picture is refused by its name, and nothing of the message is kept [ASVS 5.2.2]", async () => {
  const { ctx, id, send } = await start();
  for (const base64 of [Buffer.from("<svg onload=alert(1)>").toString("base64"), "not base 64!", `${PNG_BASE64}~`])
    await expect(send([{ name: "a.txt", text: "x" }, withType("image/gif", base64)])).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining('"a.gif" is no PNG, JPEG, WebP or GIF'),
    });
  expect((await listMessages(ctx, id, { limit: 9 })).data).toEqual([]);
});

test("the contract says how many, how large and of what kind", () => {
  const problemOf = (...attachments: unknown[]) =>
    SendMessage.safeParse({ clientMessageId: "a", content: "b", attachments }).error?.issues[0]?.message;
  expect(problemOf(sampleImage(), { name: "a.txt", text: "" })).toBeUndefined();
  expect(problemOf(...Array.from({ length: 5 }, () => sampleImage()))).toBe("A message takes 4 pictures at most");
  const large = "A".repeat(MAX_IMAGE_CHARACTERS);
  expect(problemOf({ name: "a.png", image: { type: "image/png", base64: large } })).toBeUndefined();
  expect(problemOf({ name: "a.png", image: { type: "image/png", base64: `${large}A` } })).toBe("A picture may have 3 MiB at most");
  expect(problemOf({ name: "a.svg", image: { type: "image/svg+xml", base64: "AA==" } })).toMatch(/PNG, JPEG, WebP or GIF/);
  expect(problemOf({ name: "a.png", text: "", image: { type: "image/png", base64: "AA==" } })).toMatch(/^must be a text/);
});

test("a conversation holds only so many", async () => {
  const { id, send } = await start();
  const { answer } = await send([sampleImage()]);
  await system.pool.query("UPDATE messages SET state = 'complete' WHERE id = $1", [uuidFromTypeId(answer.id)]);
  await system.pool.query("UPDATE conversation_images SET bytes = 200 * 1024 * 1024 WHERE conversation_id = $1", [uuidFromTypeId(id)]);
  await system.pool.query("UPDATE messages SET client_message_id = 'c0' WHERE client_message_id = 'c1' AND conversation_id = $1", [
    uuidFromTypeId(id),
  ]);
  await expect(send([sampleImage()])).rejects.toMatchObject({ code: "too_large" });
  expect(await imagesOf(id)).toHaveLength(1);
});

test("a picture is read by whoever may read its conversation, and only there", async () => {
  const { ctx, id, send } = await start();
  const { message } = await send([sampleImage()]);
  const imageId = message.parts[0]?.type === "image" ? message.parts[0].id : "";
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: ctx.actor.workspaceId }) };
  const stranger = { ...system, actor: await createActor(system) };
  const other = await createConversation(ctx, { title: "Other", model: "demo/extractive" });
  for (const who of [neighbor, stranger]) await expect(getImage(who, id, imageId)).rejects.toMatchObject({ code: "not_found" });
  await expect(getImage(ctx, other.id, imageId)).rejects.toMatchObject({ code: "not_found" });
  const blind = { ...ctx, actor: { ...ctx.actor, permissions: [] } };
  await expect(getImage(blind, id, imageId)).rejects.toMatchObject({ code: "forbidden" });
  await updateConversation(ctx, id, { isShared: true });
  expect(await getImage(neighbor, id, imageId)).toMatchObject({ type: "image/png" });
  await expect(getImage(stranger, id, imageId)).rejects.toMatchObject({ code: "not_found" });
});

test("an edited message takes its pictures along, the same under ids of their own, and no more than one may have", async () => {
  const { ctx, id, send } = await start();
  const { message, answer } = await send([{ name: "a.txt", text: "High" }, sampleImage("a.png"), sampleImage("b.png")]);
  await system.pool.query("UPDATE messages SET state = 'complete' WHERE id = $1", [uuidFromTypeId(answer.id)]);
  const edit = (clientMessageId: string, attachments: Attachment[]) =>
    sendMessage(ctx, id, { clientMessageId, content: "Look again", attachments, parentId: null, keepFilesOf: message.id });
  await expect(
    edit(
      "c2",
      Array.from({ length: 3 }, () => sampleImage()),
    ),
  ).rejects.toMatchObject({
    code: "invalid",
    message: expect.stringContaining("at most 4 pictures"),
  });
  const edited = await edit("c3", [sampleImage("c.png")]);
  const named = ({ parts }: typeof message) => parts.map((part) => ("name" in part ? part.name : part.type));
  expect(named(edited.message)).toEqual(["a.txt", "a.png", "b.png", "c.png"]);
  const idsOf = ({ parts }: typeof message) => parts.flatMap((part) => (part.type === "image" ? [part.id] : []));
  expect(new Set([...idsOf(message), ...idsOf(edited.message)]).size).toBe(5);
  for (const imageId of idsOf(edited.message)) expect((await getImage(ctx, id, imageId)).content.toString("base64")).toBe(PNG_BASE64);
});
