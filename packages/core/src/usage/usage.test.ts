import { uuidFromTypeId } from "@crew/contracts/ids";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
let crewId: string;
let agentId: string;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  const { json } = await api.call("POST", "/v1/crews", { as: ada, body: buildCrew({ name: "=Brief" }) });
  crewId = json.id;
  agentId = json.agents[0].id;
});
afterAll(() => api[Symbol.asyncDispose]());

const MARCH = "from=2026-03-01T00:00:00.000Z&to=2026-04-01T00:00:00.000Z";

async function runOf(person: TestPerson): Promise<string> {
  const { json } = await api.call("POST", `/v1/crews/${crewId}/runs`, { as: person, body: { inputs: { topic: "x" } } });
  return json.id;
}

interface Call {
  at: string;
  outcome?: string;
  model?: string;
  usd?: number | null;
  isEstimated?: boolean;
}
async function attempt(runId: string, { at, outcome = "completed", model = "m", usd = 0.1, isEstimated = false }: Call): Promise<void> {
  await api.system.pool.query(
    `INSERT INTO call_attempts (id, run_id, workspace_id, agent_id, step_key, provider, model, outcome, input_tokens, output_tokens, cost_usd, is_estimated, epoch, sent_at)
     SELECT gen_random_uuid(), id, workspace_id, $2, 'k', 'fake', $3, $4, 100, 10, $5, $6, 1, $7 FROM runs WHERE id = $1`,
    [uuidFromTypeId(runId), uuidFromTypeId(agentId), model, outcome, usd, isEstimated, at],
  );
}

test("usage is the ledger summed, by whatever is asked, and the estimated and the unpriced are told apart", async () => {
  const [run, other] = [await runOf(ada), await runOf(ada)];
  await attempt(run, { at: "2026-03-01T00:00:00Z" });
  await attempt(run, { at: "2026-03-01T23:59:59.999Z", usd: 0.25, model: "dear" });
  await attempt(other, { at: "2026-03-31T12:00:00Z", usd: null });
  await attempt(other, { at: "2026-03-31T13:00:00Z", outcome: "ambiguous", usd: 0.05, isEstimated: true });
  // Under way, never sent, and just outside.
  await attempt(run, { at: "2026-03-15T00:00:00Z", outcome: "pending", usd: 9 });
  await attempt(run, { at: "2026-03-15T00:00:00Z", outcome: "not_sent", usd: 9 });
  await attempt(run, { at: "2026-04-01T00:00:00Z", usd: 9 });
  await attempt(run, { at: "2026-02-28T23:59:59.999Z", usd: 9 });
  const usage = async (groupBy: string) => (await api.call("GET", `/v1/usage?${MARCH}&groupBy=${groupBy}`, { as: ada })).json;
  const totals = { calls: 3, inputTokens: 400, outputTokens: 40, costUsd: "0.40", estimatedUsd: "0.05", unpricedCalls: 1 };
  const days = await usage("day");
  expect(days.totals).toEqual(totals);
  expect(days.data).toMatchObject([
    { key: "2026-03-01", calls: 2, costUsd: "0.35" },
    { key: "2026-03-31", calls: 1, costUsd: "0.05", estimatedUsd: "0.05", unpricedCalls: 1 },
  ]);
  expect((await usage("model")).data.map(({ key, costUsd }: { key: string; costUsd: string }) => [key, costUsd])).toEqual([
    ["fake/dear", "0.25"],
    ["fake/m", "0.15"],
  ]);
  expect((await usage("crew")).data).toMatchObject([{ key: crewId, name: "=Brief", costUsd: "0.40" }]);
  expect((await usage("agent")).data).toMatchObject([{ key: agentId, name: "Scout · =Brief" }]);
  expect((await usage("user")).data).toMatchObject([{ key: ada.actor.userId, name: "Ada" }]);
  // Runs of the tests are started with an API key.
  expect((await usage("key")).data).toMatchObject([{ name: "test" }]);
  for (const group of ["crew", "agent", "model", "user", "key"]) expect((await usage(group)).totals).toEqual(totals);
});

test("the download says the same, and no cell of it is a formula", async () => {
  const { status, text, headers } = await api.call("GET", `/v1/usage/export?${MARCH}`, { as: ada });
  expect(status).toBe(200);
  expect(headers["content-type"]).toContain("text/csv");
  const [head, ...lines] = text.trim().split("\r\n");
  expect(head).toBe("day,crew,agent,model,person,api_key,calls,input_tokens,output_tokens,cost_usd,estimated_usd,unpriced_calls");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain(`"2026-03-01","'=Brief","scout","fake/dear","Ada","test","1"`);
  const sum = lines.reduce((total, line) => total + Number(line.split('","')[9]), 0);
  expect(sum).toBeCloseTo(0.4, 9);
});

test("refuses a time that is none, and whoever may not see it; another workspace sees nothing of it", async () => {
  const backwards = "from=2026-03-02T00:00:00.000Z&to=2026-03-01T00:00:00.000Z";
  expect((await api.call("GET", `/v1/usage?${backwards}`, { as: ada })).json).toMatchObject({ code: "invalid", issues: [{ path: "to" }] });
  expect((await api.call("GET", "/v1/usage?from=2020-01-01T00:00:00.000Z", { as: ada })).status).toBe(400);
  const eve = await api.person();
  expect((await api.call("GET", `/v1/usage?${MARCH}`, { as: eve })).json).toMatchObject({
    data: [],
    totals: { calls: 0, costUsd: "0.00" },
  });
  expect((await api.call("GET", `/v1/usage/export?${MARCH}`, { as: eve })).text.trim().split("\r\n")).toHaveLength(1);
});

const [BATCHES, BATCH] = [5, 4_000];

test("a busy month is read by its own index, and the rest of the ledger is not looked at", { timeout: 60_000 }, async () => {
  const busy = await api.person();
  const { json } = await api.call("POST", "/v1/crews", { as: busy, body: buildCrew() });
  const { json: run } = await api.call("POST", `/v1/crews/${json.id}/runs`, { as: busy, body: { inputs: { topic: "x" } } });
  // A statement that writes them all could outlast the time that statements have.
  for (let batch = 0; batch < BATCHES; batch++)
    await api.system.pool.query(
      `INSERT INTO call_attempts (id, run_id, workspace_id, step_key, provider, model, outcome, input_tokens, output_tokens, cost_usd, epoch, sent_at)
       SELECT gen_random_uuid(), r.id, r.workspace_id, 'k', 'fake', 'm' || n % 7, 'completed', 100, 10, 0.001, 1, timestamptz '2026-03-01Z' + n * interval '100 seconds'
       FROM runs r, generate_series($2::int + 1, $2 + $3) n WHERE r.id = $1`,
      [uuidFromTypeId(run.id), batch * BATCH, BATCH],
    );
  await api.system.pool.query("ANALYZE call_attempts");
  const times: Record<string, number> = {};
  for (const groupBy of ["day", "crew", "model"]) {
    const from = performance.now();
    const { json: usage } = await api.call("GET", `/v1/usage?${MARCH}&groupBy=${groupBy}`, { as: busy });
    times[groupBy] = Math.round(performance.now() - from);
    expect(usage.totals).toMatchObject({ calls: BATCHES * BATCH, costUsd: "20.00" });
  }
  process.stdout.write(`usage of ${BATCHES * BATCH} attempts in ms: ${JSON.stringify(times)}\n`);
  const { rows } = await api.system.pool.query(
    `EXPLAIN SELECT sum(cost_usd) FROM call_attempts WHERE workspace_id = $1 AND sent_at >= '2026-03-01Z' AND sent_at < '2026-03-02Z'`,
    [uuidFromTypeId(busy.actor.workspaceId)],
  );
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("call_attempts_time");
});
