import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createLocalOwner } from "@crew/core/workspaces/create-local-owner";
import { openRedis } from "@crew/platform/bus/open-redis";
import { buildCrew } from "@crew/testing/build-crew";
import { canary, DOORS, type DoorSite } from "@crew/testing/canary-doors";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestApi } from "@crew/testing/open-test-api";
import { type Canary, dumpDatabase, findCanaries } from "@crew/testing/secret-search";
import { silentLog } from "@crew/testing/silent-log";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

test("T-11 more than 30 secrets that came in by every door are nowhere: log, events, jobs, errors, tables, Redis, exports [ASVS 16.2.5]", async () => {
  using folder = temporaryDataDir();
  const mailFolder = join(folder.path, "mails");
  mkdirSync(mailFolder);
  const logFile = join(folder.path, "platform.log");
  const operators = { authSecret: randomBytes(32).toString("base64"), masterKey: randomBytes(32), oldMasterKeys: [randomBytes(32)] };
  const heard: IncomingHttpHeaders[] = [];
  const echo = createServer((request, response) => {
    heard.push(request.headers);
    response.writeHead(401).end(`You sent ${JSON.stringify(request.headers)}`);
  });
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const echoHost = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
  await using fake = await startFakeProvider();
  const environmentKey = canary();
  const modelProviders = [
    { kind: "openai-compatible" as const, name: "fake", baseUrl: `${fake.url}/v1`, apiKey: environmentKey, models: [], isTrusted: true },
  ];
  const config = { dataDir: folder.path, logFile, logLevel: "debug" as const, secrets: operators, modelProviders, egressAllow: [echoHost] };
  await using api = await openTestApi({ system: { config } });
  await using _worker = await startWorker(api.system, { capacity: 4 });
  await createLocalOwner(api.system);
  const person = await api.person();
  const errors: string[] = [];
  const site: DoorSite = {
    api,
    person,
    mailFolder,
    async ask(method, path, body, headers) {
      const answer = await api.call(method, path, {
        headers: { cookie: person.cookie, origin: "http://localhost:3000", ...headers },
        ...(body !== undefined && { body }),
      });
      if (answer.status >= 400) errors.push(answer.text);
      return answer;
    },
  };

  const canaries: Canary[] = [];
  const keep = (door: string, ...values: (string | Buffer)[]) => {
    for (const value of values) {
      expect(value.length, door).toBeGreaterThan(8);
      canaries.push({ door, bytes: Buffer.from(value) });
    }
  };
  keep("secrets of the operator", operators.authSecret, operators.masterKey, ...operators.oldMasterKeys, environmentKey);
  for (const [door, enter] of Object.entries(DOORS)) keep(door, ...(await enter(site)));

  // A provider that quotes the key it refuses.
  fake.setScript({ defaults: { fault: { type: "status", status: 401, message: `Incorrect API key provided: ${environmentKey}` } } });
  await runCrew(site, []);
  // A server that quotes the header that a tool has filled in.
  const toolSecret = canary().replace(/["]/g, "");
  keep("secret in a tool's header", toolSecret);
  await site.ask("POST", "/v1/secrets", { name: "TOOL_TOKEN", value: toolSecret, hosts: [echoHost] });
  const call = { url: `http://${echoHost}/`, body: {}, headers: { authorization: "Token {{secret:TOOL_TOKEN}}" } };
  fake.setScript({ entries: [{ toolCalls: [{ name: "http_post", arguments: call }] }, { text: "Done" }, { text: "Done" }] });
  await runCrew(site, ["http_post"]);
  expect(heard.at(-1)?.authorization).toBe(`Token ${toolSecret}`);
  echo.close();

  const exported = await site.ask("GET", "/v1/audit-events/export");
  const places: Record<string, string> = {
    log: readFileSync(logFile, "utf8"),
    "answers that are errors": errors.join("\n"),
    "export of the audit log": exported.text,
    Redis: api.system.config.redisUrl ? await dumpRedis(api.system.config.redisUrl) : "",
    ...(await dumpDatabase(api.system.pool)),
  };
  expect(places.log).toContain('"msg":"answered"');
  expect(places["table run_events"]).toContain("[redacted]");
  expect(Object.keys(places).filter((place) => place.startsWith("table pgboss.job"))).not.toEqual([]);
  expect(errors.length).toBeGreaterThan(5);
  expect(canaries.length).toBeGreaterThanOrEqual(30);
  // That the search finds: a word that is there.
  expect(findCanaries([{ door: "control", bytes: Buffer.from("secret.created") }], places)).toContain("control: table audit_events");
  expect(findCanaries(canaries, places)).toEqual([]);
}, 120_000);

async function runCrew({ api, person, ask }: DoorSite, tools: string[]): Promise<void> {
  const { agents, tasks } = buildCrew();
  const crew = buildCrew({
    model: "fake/fake-model",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools })),
    tasks: tasks.slice(0, 1),
  });
  const { json } = await ask("POST", "/v1/crews", crew);
  const run = await ask("POST", `/v1/crews/${json.id}/runs`, { inputs: { topic: "tides" } });
  const isOver = ({ state, reason }: { state: string; reason: string | null }) => reason === "approval" || /succeeded|failed/.test(state);
  const { reason } = await untilRun(api.system, person.actor, run.json.id, isOver, 60_000);
  if (reason !== "approval") return;
  const ctx = { ...api.system, actor: person.actor };
  const [approval] = (await listApprovals(ctx, run.json.id)).data;
  await decideApproval(ctx, approval?.id ?? "", { decision: "approve", feedback: "" } as never);
  await untilRun(api.system, person.actor, run.json.id, undefined, 60_000);
}

async function dumpRedis(url: string): Promise<string> {
  const client = await openRedis(url, silentLog);
  const lines: string[] = [];
  for await (const keys of client.scanIterator({ COUNT: 500 }))
    for (const key of [keys].flat()) {
      const value = (await client.type(key)) === "hash" ? JSON.stringify(await client.hGetAll(key)) : await client.get(key).catch(() => "");
      lines.push(`${key} ${value}`);
    }
  client.destroy();
  return lines.join("\n");
}
