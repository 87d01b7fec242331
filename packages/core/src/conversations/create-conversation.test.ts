import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getRun } from "../runs/get-run.ts";
import { createConversation } from "./create-conversation.ts";
import { deleteConversation } from "./delete-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listConversations } from "./list-conversations.ts";
import { sendMessage } from "./send-message.ts";
import { updateConversation } from "./update-conversation.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const plain = { title: "Tides", model: "demo/extractive" };
const start = async () => ({ ...system, actor: await createActor(system) });

test("keeps, renames and lists conversations, last used first, page by page", async () => {
  const ctx = await start();
  const made = [];
  for (const title of ["One", "Two", "Three"]) made.push(await createConversation(ctx, { ...plain, title }));
  expect(await getConversation(ctx, made[0]?.id ?? "")).toEqual(made[0]);
  const renamed = await updateConversation({ ...ctx, now: () => new Date(Date.now() + 5) }, made[0]?.id ?? "", { title: "First" });
  expect(renamed).toMatchObject({ id: made[0]?.id, title: "First", model: plain.model });
  const page = await listConversations(ctx, { limit: 2 });
  const rest = await listConversations(ctx, { limit: 2, cursor: page.nextCursor ?? undefined });
  expect([...page.data, ...rest.data].map(({ title }) => title)).toEqual(["First", "Three", "Two"]);
  expect(rest.nextCursor).toBeNull();
});

test("conversations of the same moment are each listed once", async () => {
  const now = new Date();
  const ctx = { ...(await start()), now: () => now };
  for (let i = 0; i < 5; i++) await createConversation(ctx, plain);
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await listConversations(ctx, { limit: 2, cursor });
    for (const { id } of page.data) seen.add(id);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen.size).toBe(5);
});

test("deleting one takes its messages along and stops the answer under way", async () => {
  const ctx = await start();
  const { id } = await createConversation(ctx, plain);
  const { answer } = await sendMessage(ctx, id, { clientMessageId: "c1", content: "Hello", attachments: [] });
  expect(await deleteConversation(ctx, id)).toBeNull();
  await expect(getConversation(ctx, id)).rejects.toMatchObject({ code: "not_found" });
  expect(await getRun(ctx, answer.runId ?? "")).toMatchObject({ state: "cancelled", conversationId: null });
  await expect(deleteConversation(ctx, id)).rejects.toMatchObject({ code: "not_found" });
});

test("refuses unknown models, missing permissions, and everyone but the owner", async () => {
  const ctx = await start();
  const { id } = await createConversation(ctx, plain);
  const unknown = { code: "invalid", detail: { issues: [{ path: "model" }] } };
  await expect(createConversation(ctx, { ...plain, model: "lost/model" })).rejects.toMatchObject(unknown);
  await expect(updateConversation(ctx, id, { model: "lost/model" })).rejects.toMatchObject(unknown);
  const reader = { ...ctx, actor: { ...ctx.actor, permissions: ["conversations:read"] as const } };
  await expect(createConversation(reader, plain)).rejects.toMatchObject({ code: "forbidden" });
  await expect(updateConversation(reader, id, { title: "x" })).rejects.toMatchObject({ code: "forbidden" });
  await expect(deleteConversation(reader, id)).rejects.toMatchObject({ code: "forbidden" });
  const nobody = { ...ctx, actor: { ...ctx.actor, permissions: [] } };
  await expect(getConversation(nobody, id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(listConversations(nobody, { limit: 9 })).rejects.toMatchObject({ code: "forbidden" });
  const neighbor = { ...system, actor: await createActor(system, { workspaceId: ctx.actor.workspaceId }) };
  for (const who of [neighbor, await start()]) {
    expect((await listConversations(who, { limit: 9 })).data).toEqual([]);
    await expect(getConversation(who, id)).rejects.toMatchObject({ code: "not_found" });
    await expect(updateConversation(who, id, { title: "x" })).rejects.toMatchObject({ code: "not_found" });
    await expect(deleteConversation(who, id)).rejects.toMatchObject({ code: "not_found" });
  }
  expect(await getConversation(ctx, id)).toMatchObject(plain);
});

test("leaves audit rows and word on the workspace's topic", async () => {
  const ctx = await start();
  const { messages, stop } = await hear(system, `workspace:${ctx.actor.workspaceId}`);
  const { id } = await createConversation(ctx, plain);
  await updateConversation(ctx, id, { title: "New" });
  await deleteConversation(ctx, id);
  await stop();
  expect(messages).toEqual(Array.from({ length: 3 }, () => ({ type: "changed", what: "conversation", id })));
  expect((await readAudit(system, ctx.actor.workspaceId)).map(({ action, subject }) => [action, subject])).toEqual([
    ["conversation.created", id],
    ["conversation.updated", id],
    ["conversation.deleted", id],
  ]);
});
