import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { startRun } from "@crew/core/runs/start-run";
import { createSecret } from "@crew/core/secrets/create-secret";
import { updateSecret } from "@crew/core/secrets/update-secret";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
let sink: Server;
let host: string;
let taken: { headers: IncomingHttpHeaders; body: string }[];

/** In quotes and with signs, so that other spellings of it differ. */
const TOKEN = `tok+${randomBytes(24).toString("base64")}/"end`;

beforeAll(async () => {
  taken = [];
  sink = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    taken.push({ headers: request.headers, body });
    // It tells back what it was given, as debugging services do.
    const given = request.headers.authorization ?? "";
    response.end(JSON.stringify({ given, base64: Buffer.from(given).toString("base64"), url: encodeURIComponent(given) }));
  });
  await once(sink.listen(0, "127.0.0.1"), "listening");
  host = `127.0.0.1:${(sink.address() as AddressInfo).port}`;
  fake = await startFakeProvider();
  const base = { kind: "openai-compatible" as const, apiKey: "sk-fake-0001", models: [] };
  const provider = { ...base, name: "fake", baseUrl: `${fake.url}/v1`, isTrusted: true };
  system = await openTestSystem({ config: { modelProviders: [provider], egressAllow: [host] } });
  actor = await createActor(system);
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
  sink?.closeAllConnections();
  sink?.close();
});

const ctx = () => ({ ...system, actor });

async function post(headers: Record<string, string>): Promise<Run> {
  const args = { url: `http://${host}/`, body: { a: 1 }, headers };
  fake.setScript({ entries: [{ toolCalls: [{ name: "http_post", arguments: args }] }, { text: "done" }] });
  const { agents, tasks } = buildCrew();
  const crew = buildCrew({
    model: "fake/fake-model",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["http_post"] })),
    tasks: tasks.slice(0, 1),
  });
  const { id } = await createCrew(ctx(), crew);
  const run = await startRun(ctx(), id, { inputs: { topic: "x" }, documents: [] });
  return untilRun(system, actor, run.id);
}

const told = () => JSON.stringify(fake.journal.at(-1)?.messages);

test("T-11 http_post sends a secret that the call only names, to the hosts that it was given for, and shows it nowhere", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const { id } = await createSecret(ctx(), { name: "CRM_TOKEN", value: TOKEN, description: "", hosts: [] });
  const headers = { authorization: "Bearer {{secret:CRM_TOKEN}}" };

  expect((await post(headers)).state).toBe("succeeded");
  expect(taken).toEqual([]);
  expect(told()).toContain("was not given for this host");

  await expect(updateSecret(ctx(), id, { hosts: [host] })).rejects.toMatchObject({ detail: { issues: [{ path: "value" }] } });
  await updateSecret(ctx(), id, { hosts: [host], value: TOKEN });
  const run = await post(headers);
  expect(run.state).toBe("succeeded");
  expect(taken).toEqual([
    { headers: expect.objectContaining({ authorization: `Bearer ${TOKEN}`, "content-type": "application/json" }), body: '{"a":1}' },
  ]);

  const { rows } = await system.pool.query(
    `SELECT (SELECT json_agg(e) FROM run_events e WHERE run_id = $1)::text || (SELECT json_agg(s) FROM run_steps s WHERE run_id = $1)::text
       || (SELECT json_agg(o) FROM task_outputs o WHERE run_id = $1)::text AS everything`,
    [uuidFromTypeId(run.id)],
  );
  const everything = `${rows[0].everything} ${told()}`;
  expect(everything).toContain("{{secret:CRM_TOKEN}}");
  for (const form of [TOKEN, JSON.stringify(TOKEN).slice(1, -1), encodeURIComponent(TOKEN), Buffer.from(TOKEN).toString("hex")])
    expect(everything, form).not.toContain(form);
  // In base64 of the whole header the secret stands at another place; its beginning and end are cut off here.
  const inside = Buffer.from(`Bearer ${TOKEN}`).toString("base64").slice(12, -4);
  expect(everything).not.toContain(inside);
});

test("a secret that is not there, and headers beyond the list, are told to the model", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const before = taken.length;
  expect((await post({ "x-api-key": "{{secret:NOBODY}}" })).state).toBe("succeeded");
  expect(told()).toContain("no secret named NOBODY");
  expect((await post({ host: "evil.example.org" })).state).toBe("succeeded");
  expect(told()).toContain("do not fit the tool");
  expect((await post({ accept: "a\r\nx-more: 1" })).state).toBe("succeeded");
  expect(told()).toContain("a character that headers cannot carry");
  expect(taken).toHaveLength(before);
});
