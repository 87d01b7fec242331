import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createConversation } from "./create-conversation.ts";
import { getConversation } from "./get-conversation.ts";
import { listConversations } from "./list-conversations.ts";
import { listMessages } from "./list-messages.ts";
import { sendMessage } from "./send-message.ts";
import { setHead } from "./set-head.ts";
import { updateConversation } from "./update-conversation.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const start = async (workspaceId?: string) => ({ ...system, actor: await createActor(system, workspaceId ? { workspaceId } : {}) });
type Context = Awaited<ReturnType<typeof start>>;

/** Each a moment later than the one before. */
async function make(ctx: Context, titles: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const title of titles) ids.push((await createConversation(ctx, { title, model: "demo/extractive" })).id);
  return ids;
}
const titlesOf = async (ctx: Context, query: Partial<Parameters<typeof listConversations>[1]> = {}) =>
  (await listConversations(ctx, { limit: 50, ...query })).data.map(({ title }) => title);

test("pinned ones come first on every page, archived ones stand in a list of their own", async () => {
  const ctx = await start();
  const [one = "", two = "", three = ""] = await make(ctx, ["One", "Two", "Three", "Four", "Five"]);
  const before = await getConversation(ctx, two);
  expect(await updateConversation(ctx, one, { isPinned: true })).toMatchObject({ isPinned: true });
  expect(await updateConversation(ctx, two, { isPinned: true })).toMatchObject({ isPinned: true, updatedAt: before.updatedAt });
  await updateConversation(ctx, three, { isArchived: true });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listConversations(ctx, { limit: 1, cursor });
    seen.push(...page.data.map(({ title }) => title));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(["Two", "One", "Five", "Four"]);
  expect(await titlesOf(ctx, { archived: "true" })).toEqual(["Three"]);
  await updateConversation(ctx, three, { isArchived: false });
  await updateConversation(ctx, two, { isPinned: false });
  expect(await titlesOf(ctx)).toEqual(["One", "Five", "Four", "Three", "Two"]);
});

test("search finds beginnings of words in titles and messages, with what stands around them", async () => {
  const ctx = await start();
  const [harbor = "", inland = ""] = await make(ctx, ["The harbor", "Inland", "Nothing of it"]);
  const content = `${"All quiet. ".repeat(60)}The lighthouse keeper counts 17 gulls & <b>sleeps</b>. ${"Still quiet. ".repeat(60)}`;
  await sendMessage(ctx, inland, { clientMessageId: "m1", content, attachments: [] });
  const [found] = (await listConversations(ctx, { limit: 9, search: "LIGHTH gull" })).data;
  expect(found).toMatchObject({ id: inland, title: "Inland" });
  expect(found?.excerpt).toMatch(/lighthouse keeper counts 17 gulls/);
  expect(found?.excerpt?.length).toBeLessThanOrEqual(300);
  expect((await listConversations(ctx, { limit: 9, search: "harb" })).data).toMatchObject([{ id: harbor, excerpt: null }]);
  for (const search of ["lighthouse harbor", "&|!:*'\\", "%", "ighthouse"]) expect(await titlesOf(ctx, { search })).toEqual([]);
  await updateConversation(ctx, inland, { isArchived: true });
  expect(await titlesOf(ctx, { search: "gulls" })).toEqual([]);
  expect(await titlesOf(ctx, { search: "gulls", archived: "true" })).toEqual(["Inland"]);
  expect(await titlesOf(await start(ctx.actor.workspaceId), { search: "gulls" })).toEqual([]);
});

test("a shared one is read by the workspace and written by its owner alone, until it is shared no more", async () => {
  const ctx = await start();
  const [id = ""] = await make(ctx, ["Tides"]);
  const { message } = await sendMessage(ctx, id, { clientMessageId: "m1", content: "When is the flood?", attachments: [] });
  const ben = await start(ctx.actor.workspaceId);
  await updateConversation(ctx, id, { isShared: true, isPinned: true });
  expect((await listConversations(ben, { limit: 9, shared: "true" })).data).toMatchObject([
    { id, isMine: false, ownerName: "Ada", isShared: true, excerpt: null },
  ]);
  expect(await titlesOf(ben, { shared: "true", search: "flood" })).toEqual(["Tides"]);
  expect(await titlesOf(ben)).toEqual([]);
  expect(await titlesOf(ctx, { shared: "true" })).toEqual([]);
  expect(await getConversation(ben, id)).toMatchObject({ isMine: false });
  expect((await listMessages(ben, id, { limit: 9 })).data).toHaveLength(2);
  const stranger = await start();
  await expect(getConversation(stranger, id)).rejects.toMatchObject({ code: "not_found" });
  const nobody = { ...ben, actor: { ...ben.actor, permissions: [] } };
  await expect(listMessages(nobody, id, { limit: 9 })).rejects.toMatchObject({ code: "forbidden" });
  const writes = [
    () => sendMessage(ben, id, { clientMessageId: "m2", content: "Mine?", attachments: [] }),
    () => updateConversation(ben, id, { isShared: false }),
    () => setHead(ben, id, { messageId: message.id }),
  ];
  for (const write of writes) await expect(write()).rejects.toMatchObject({ code: "not_found" });
  const { messages, stop } = await hear(system, `conversation:${id}`);
  await updateConversation(ctx, id, { isShared: false });
  await stop();
  expect(messages).toEqual([{ type: "changed", what: "conversation", id }]);
  await expect(listMessages(ben, id, { limit: 9 })).rejects.toMatchObject({ code: "not_found" });
  expect(await titlesOf(ben, { shared: "true" })).toEqual([]);
});

test("facts are kept in their order, and changes are told in the audit log by their fields", async () => {
  const ctx = await start();
  const [id = ""] = await make(ctx, ["Tides"]);
  expect(await updateConversation(ctx, id, { facts: ["High at noon", "North shore"] })).toMatchObject({
    facts: ["High at noon", "North shore"],
  });
  await updateConversation(ctx, id, { isPinned: true, isArchived: true });
  const traces = (await readAudit(system, ctx.actor.workspaceId)).filter(({ action }) => action === "conversation.updated");
  expect(traces.map(({ detail }) => detail)).toEqual([{ fields: ["facts"] }, { fields: ["isPinned", "isArchived"] }]);
});
