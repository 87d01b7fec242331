import { uuidFromTypeId } from "@crew/contracts/ids";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { PNG_BASE64, sampleImage } from "@crew/testing/sample-image";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function start(body: object = { title: "Tides" }): Promise<{ id: string; path: string }> {
  const { json } = await api.call("POST", "/v1/conversations", { as: ada, body });
  return { id: json.id, path: `/v1/conversations/${json.id}` };
}
const count = async (table: "messages" | "runs", id: string) =>
  (await api.system.pool.query(`SELECT count(*)::int AS n FROM ${table} WHERE conversation_id = $1`, [uuidFromTypeId(id)])).rows[0].n;
const finish = (id: string) =>
  api.system.pool.query("UPDATE messages SET state = 'complete', content = 'At noon.' WHERE conversation_id = $1 AND state = 'pending'", [
    uuidFromTypeId(id),
  ]);

/** A hundred at once; whoever found no free connection asks again, as clients do. */
async function ahundred(path: string, body: object): Promise<unknown[]> {
  const ask = async () => {
    for (let tries = 0; tries < 20; tries++) {
      const { status, json } = await api.call("POST", path, { as: ada, body });
      if (status !== 503) return { status, ids: [json.message?.id, json.answer?.id, json.answer?.runId] };
    }
    throw new Error(`${path} stayed busy`);
  };
  return Promise.all(Array.from({ length: 100 }, ask));
}

test("a hundred times the same message at once: one message, one answer, one run", async () => {
  const { id, path } = await start();
  const sent = await ahundred(`${path}/messages`, { clientMessageId: "once", content: "When?" });
  expect(sent).toEqual(Array.from({ length: 100 }, () => ({ ...(sent[0] as object), status: 202 })));
  expect([await count("messages", id), await count("runs", id)]).toEqual([2, 1]);
  await finish(id);
  const { json } = await api.call("GET", `${path}/messages`, { as: ada });
  const again = await ahundred(`${path}/messages/${json.data[0].id}/regenerate`, { clientMessageId: "again" });
  expect(again).toEqual(Array.from({ length: 100 }, () => ({ ...(again[0] as object), status: 202 })));
  expect([await count("messages", id), await count("runs", id)]).toEqual([3, 2]);
}, 120_000);

test("a branch is edited, asked again and chosen; while an answer is under way nothing else begins", async () => {
  const { id, path } = await start();
  const first = (await api.call("POST", `${path}/messages`, { as: ada, body: { clientMessageId: "a", content: "When?" } })).json;
  const regenerate = (clientMessageId: string) =>
    api.call("POST", `${path}/messages/${first.answer.id}/regenerate`, { as: ada, body: { clientMessageId } });
  expect(await regenerate("b")).toMatchObject({ status: 409, json: { code: "conflict" } });
  await finish(id);
  const second = await regenerate("b");
  expect(second).toMatchObject({ status: 202, json: { answer: { versionIds: [first.answer.id, expect.any(String)] } } });
  await finish(id);
  const shown = await api.call("PUT", `${path}/head`, { as: ada, body: { messageId: first.answer.id } });
  expect(shown).toMatchObject({ status: 200, json: { headId: first.answer.id } });
  const { json } = await api.call("GET", `${path}/messages`, { as: ada });
  expect(json.data.map((message: { id: string }) => message.id)).toEqual([first.answer.id, first.message.id]);
});

test("an export comes as a file, in the form that was asked for", async () => {
  const { id, path } = await start();
  await api.call("POST", `${path}/messages`, { as: ada, body: { clientMessageId: "a", content: "<script>alert(1)</script>" } });
  await finish(id);
  const markdown = await api.call("GET", `${path}/export`, { as: ada });
  expect(markdown).toMatchObject({ status: 200, text: expect.stringContaining("# Tides\n") });
  expect(markdown.headers).toMatchObject({
    "content-type": "text/markdown; charset=utf-8",
    "content-disposition": 'attachment; filename="conversation.md"',
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const json = await api.call("GET", `${path}/export?format=json`, { as: ada });
  expect(JSON.parse(json.text).messages).toHaveLength(2);
  expect(await api.call("GET", `${path}/export?format=pdf`, { as: ada })).toMatchObject({ status: 400 });
  expect(await api.call("GET", `${path}/export`, { as: await api.person() })).toMatchObject({ status: 404 });
});

test("lists are filtered and searched; limits are those of the contract", async () => {
  const { id, path } = await start({ title: "The lighthouse" });
  const list = async (query: string) =>
    (await api.call("GET", `/v1/conversations?${query}`, { as: ada })).json.data?.map((one: { title: string }) => one.title);
  expect(await list("search=lightho")).toEqual(["The lighthouse"]);
  expect(await api.call("PATCH", path, { as: ada, body: { isArchived: true, facts: ["One"] } })).toMatchObject({
    status: 200,
    json: { id, isArchived: true, facts: ["One"] },
  });
  expect(await list("search=lightho")).toEqual([]);
  expect(await list("archived=true")).toEqual(["The lighthouse"]);
  const refused = [
    api.call("GET", `/v1/conversations?search=${"x".repeat(201)}`, { as: ada }),
    api.call("GET", "/v1/conversations?archived=maybe", { as: ada }),
    api.call("PATCH", path, { as: ada, body: { facts: Array.from({ length: 51 }, () => "x") } }),
    api.call("PATCH", path, { as: ada, body: { facts: ["x".repeat(501)] } }),
  ];
  for (const answer of await Promise.all(refused)) expect(answer).toMatchObject({ status: 400, json: { code: "invalid" } });
});

test("a temporary one leaves no trace of its words in any list", async () => {
  const { path } = await start({ title: "Mine alone", isTemporary: true });
  await api.call("POST", `${path}/messages`, { as: ada, body: { clientMessageId: "a", content: "Unheard of" } });
  for (const list of ["conversations", "conversations?search=unheard", "runs"])
    expect((await api.call("GET", `/v1/${list}`, { as: ada })).text).not.toMatch(/Mine alone|Unheard of|Temporary conversation/);
  expect(await api.call("DELETE", path, { as: ada })).toMatchObject({ status: 204 });
  expect(await api.call("GET", path, { as: ada })).toMatchObject({ status: 404 });
});

const nested = (levels: number): object => (levels === 0 ? {} : { type: "array", items: nested(levels - 1) });

test.each<[name: string, body: object, path: string]>([
  ["a provider that nobody knows", { fallbackModels: ["demo/extractive2"] }, "fallbackModels.0"],
  ["the conversation's own model", { fallbackModels: ["demo/extractive"] }, "fallbackModels.0"],
  ["more than four", { fallbackModels: ["a/1", "a/2", "a/3", "a/4", "a/5"] }, "fallbackModels"],
  ["no names of models", { fallbackModels: ["llama"] }, "fallbackModels.0"],
])("fallback models are refused: %s", async (_, body, at) => {
  const { path } = await start();
  for (const answer of [
    await api.call("POST", "/v1/conversations", { as: ada, body: { title: "Tides", ...body } }),
    await api.call("PATCH", path, { as: ada, body }),
  ])
    expect(answer).toMatchObject({ status: 400, json: { code: "invalid", issues: [{ path: at }] } });
  expect((await api.call("GET", path, { as: ada })).json.fallbackModels).toEqual([]);
});

test("a fallback model that is named twice is refused, and one that is known is kept", async () => {
  const provider = { kind: "openai-compatible", name: "local", baseUrl: "https://models.example.com/v1" };
  await api.call("POST", "/v1/model-providers", { as: ada, body: provider });
  const { path } = await start();
  const twice = await api.call("PATCH", path, { as: ada, body: { fallbackModels: ["local/a", "local/b", "local/a"] } });
  expect(twice).toMatchObject({
    json: { code: "invalid", issues: [{ path: "fallbackModels.2", message: "it stands in the list already" }] },
  });
  const kept = await api.call("PATCH", path, { as: ada, body: { fallbackModels: ["local/a", "local/b"] } });
  expect(kept).toMatchObject({ status: 200, json: { fallbackModels: ["local/a", "local/b"] } });
  // Both at once must fit each other; the model alone takes its own name out of the list.
  const both = await api.call("PATCH", path, { as: ada, body: { model: "local/a", fallbackModels: ["local/a"] } });
  expect(both.json).toMatchObject({ code: "invalid" });
  expect((await api.call("PATCH", path, { as: ada, body: { model: "local/a" } })).json).toMatchObject({ fallbackModels: ["local/b"] });
});

test.each<[name: string, answerSchema: unknown, words: RegExp]>([
  ["no object", "string", /./],
  ["a keyword that is not checked", { type: "string", pattern: "^a+$" }, /pattern/],
  ["a type that does not exist", { type: "date" }, /./],
  ["a schema inside that is none", { type: "object", properties: { a: { type: "text" } } }, /./],
  ["more than 16 KiB", { type: "string", description: "é".repeat(8_200) }, /at most 16384/],
  ["nested beyond measure", nested(9), /deeper than 8/],
])("a schema of an answer is refused: %s", async (_, answerSchema, words) => {
  const { id, path } = await start();
  const answer = await api.call("POST", `${path}/messages`, { as: ada, body: { clientMessageId: "a", content: "Which?", answerSchema } });
  expect(answer).toMatchObject({ status: 400, json: { code: "invalid" } });
  expect(answer.json.issues[0].path).toMatch(/^answerSchema/);
  expect(JSON.stringify(answer.json.issues)).toMatch(words);
  expect(await count("messages", id)).toBe(0);
});

test("a picture is sent by this route alone, and answered as what it is and nothing that could run", async () => {
  const { path } = await start();
  const large = { name: "b.png", image: { type: "image/png", base64: `${PNG_BASE64.slice(0, 64)}${"A".repeat(2_000_000)}` } };
  const body = { clientMessageId: "a", content: "Look", attachments: [sampleImage(), large] };
  const sent = await api.call("POST", `${path}/messages`, { as: ada, body });
  expect(sent).toMatchObject({ status: 202, json: { message: { parts: [{ type: "image", name: "point.png" }, { name: "b.png" }] } } });
  expect(await api.call("POST", `${path}/stop`, { as: ada, body: { x: large } })).toMatchObject({ status: 413 });
  const image = `${path}/images/${sent.json.message.parts[0].id}`;
  const answer = await api.call("GET", image, { as: ada });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "content-type": "image/png",
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(/default-src 'none'.*sandbox/),
    "cache-control": "private, no-cache",
    "content-length": String(Buffer.from(PNG_BASE64, "base64").length),
  });
  const known = { "if-none-match": String(answer.headers.etag) };
  expect(await api.call("GET", image, { as: ada, headers: known })).toMatchObject({ status: 304, text: "" });
  expect(await api.call("GET", image, { as: await api.person(), headers: known })).toMatchObject({ status: 404 });
  expect(await api.call("GET", image, { as: await api.person() })).toMatchObject({ status: 404, json: { code: "not_found" } });
  expect(await api.call("GET", image)).toMatchObject({ status: 401 });
});
