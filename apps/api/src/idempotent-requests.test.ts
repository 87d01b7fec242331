import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

function createCrew(key: string, name = "Brief", as = ada) {
  return api.call("POST", "/v1/crews", { as, body: buildCrew({ name }), headers: { "idempotency-key": key } });
}

async function countCrews(name: string): Promise<number> {
  return Number((await api.system.pool.query("SELECT count(*) FROM crews WHERE name = $1", [name])).rows[0].count);
}

test("twenty at once with one key make one crew and get one answer", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => createCrew("twenty", "Twenty")));
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.json))).size).toBe(1);
  expect(answers.filter((answer) => answer.headers["idempotency-replayed"] === "true")).toHaveLength(19);
  expect(await countCrews("Twenty")).toBe(1);
  expect(answers[7]?.headers.location).toBe(`/v1/crews/${answers[0]?.json.id}`);
});

test("twenty at once start one run", async () => {
  const crew = await createCrew("for the run".replaceAll(" ", "-"), "For the run");
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      api.call("POST", `/v1/crews/${crew.json.id}/runs`, {
        as: ada,
        body: { inputs: { topic: "solar" } },
        headers: { "idempotency-key": "run-1" },
      }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(202));
  expect(new Set(answers.map((answer) => answer.json.id)).size).toBe(1);
});

test("the same key with another body is refused and changes nothing", async () => {
  expect((await createCrew("other", "One")).status).toBe(201);
  const { status, json } = await createCrew("other", "Two");
  expect([status, json.code]).toEqual([409, "conflict"]);
  expect(await countCrews("Two")).toBe(0);
});

test("a request that failed may be sent again with its key", async () => {
  const headers = { "idempotency-key": "again" };
  expect((await api.call("POST", "/v1/crews", { as: ada, body: { name: "" }, headers })).status).toBe(400);
  expect((await createCrew("again", "Again")).status).toBe(201);
});

test("keys are each person's own", async () => {
  const eve = await api.person();
  const mine = await createCrew("shared", "Mine");
  const hers = await createCrew("shared", "Hers", eve);
  expect([mine.status, hers.status]).toEqual([201, 201]);
  expect(mine.json.id).not.toBe(hers.json.id);
});

test("a key has 1 to 255 visible ASCII characters", async () => {
  for (const key of ["", "with space", "tab\tinside", "x".repeat(256), "é"]) expect((await createCrew(key)).status, key).toBe(400);
  expect((await createCrew("x".repeat(255), "Long key")).status).toBe(201);
});

test("a stale If-Match is answered with the crew as it is", async () => {
  const { json: crew } = await createCrew("versions", "Versions");
  const put = (name: string, ifMatch: string) =>
    api.call("PUT", `/v1/crews/${crew.id}`, { as: ada, body: buildCrew({ name }), headers: { "if-match": ifMatch } });
  expect((await put("Second", `"${crew.version}"`)).json).toMatchObject({ name: "Second", version: crew.version + 1 });
  const stale = await put("Third", `"${crew.version}"`);
  expect([stale.status, stale.json.code, stale.json.current.name]).toEqual([412, "stale", "Second"]);
  expect((await put("Third", "yesterday")).status).toBe(400);
});
