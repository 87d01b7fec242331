import { randomInt } from "node:crypto";
import { openAuth } from "@crew/auth/open-auth";
import { openSystem } from "@crew/platform/open-system";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApi } from "./app.ts";

/** Two processes' worth of API on one database and, where there is one, one Redis; and a third that has nothing cached. */
let first: TestApi;
let others: FastifyInstance[];
let ada: TestPerson;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  first = stack.use(await openTestApi());
  ada = await first.person("owner");
  others = await Promise.all(
    [1, 2].map(async () => {
      const system = stack.use(await openSystem(first.system.config));
      const rateLimits = { perActor: 100_000, perStranger: 100_000, perSignIn: 100_000, passwordsPerSecond: 100_000 };
      const api = await buildApi(system, { auth: openAuth(system), rateLimits });
      stack.defer(() => api.close());
      await api.ready();
      return api;
    }),
  );
});
afterAll(() => stack.disposeAsync());

type Api = Pick<FastifyInstance, "inject">;

async function call(
  api: Api,
  method: "GET" | "PUT" | "POST" | "PATCH",
  url: string,
  body?: unknown,
  credentials: Record<string, string> = { authorization: `Bearer ${ada.key}` },
) {
  const headers = { host: "localhost:3000", ...credentials, ...(body !== undefined && { "content-type": "application/json" }) };
  const answer = await api.inject({ method, url, headers, ...(body !== undefined && { payload: JSON.stringify(body) }) });
  if (answer.statusCode >= 300) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${answer.body}`);
  return answer.json();
}

const WRITERS = 3;
const ROUNDS = 6;

test("whoever has seen the answer to a write is never shown what was before it, whichever process they ask", async () => {
  const [second, third] = others as [FastifyInstance, FastifyInstance];
  const apis: Api[] = [first.api, second];
  const crews = await Promise.all([1, 2, 3].map(() => call(first.api, "POST", "/v1/crews", buildCrew())));
  let isOver = false;
  let reads = 0;
  const hammer = async (api: Api) => {
    while (!isOver) {
      for (const { id } of crews) await call(api, "GET", `/v1/crews/${id}`);
      await call(api, "GET", "/v1/crews");
      reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const hammers = apis.map(hammer);
  const stale: string[] = [];
  const note = (isRight: boolean, what: string) => {
    if (!isRight) stale.push(what);
  };
  const write = async (writer: number) => {
    for (let round = 0; round < ROUNDS; round++) {
      const [one, other] = (randomInt(2) ? apis : apis.toReversed()) as [Api, Api];
      const { id } = crews[randomInt(crews.length)] ?? crews[0];
      const description = `${writer}.${round}`;
      const written = await call(one, "PUT", `/v1/crews/${id}`, buildCrew({ description }));
      const seen = await call(other, "GET", `/v1/crews/${id}`);
      const isOwn = seen.version === written.version && seen.description === description;
      note(
        isOwn || seen.version > written.version,
        `crew: wrote ${written.version} ${description}, saw ${seen.version} ${seen.description}`,
      );
      const run = await call(one, "POST", `/v1/crews/${id}/runs`, { inputs: { topic: "tides" } });
      const row = (await call(other, "GET", "/v1/crews")).data.find((crew: { id: string }) => crew.id === id);
      note(row.version >= written.version, `list: wrote ${written.version}, saw ${row.version}`);
      note(row.lastRun?.id >= run.id, `list: started ${run.id}, saw ${row.lastRun?.id}`);
      await call(other, "POST", `/v1/runs/${run.id}/cancel`, {});
      note((await call(one, "GET", `/v1/runs/${run.id}`)).state === "cancelled", `run: cancelled ${run.id}`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  isOver = true;
  await Promise.all(hammers);
  expect(stale).toEqual([]);
  expect(reads).toBeGreaterThan(10);
  for (const url of ["/v1/crews", ...crews.map(({ id }) => `/v1/crews/${id}`)]) {
    const fresh = await call(third, "GET", url);
    for (const api of apis) expect(await call(api, "GET", url), url).toEqual(fresh);
  }
});

test("a new name, a new rule of the workspace and a lost role count at once in every process", async () => {
  const [second] = others as [FastifyInstance];
  const cookie = { cookie: ada.cookie, origin: "http://localhost:3000" };
  expect((await call(second, "GET", "/v1/me", undefined, cookie)).name).not.toBe("Ada the second");
  await call(first.api, "PATCH", "/v1/me", { name: "Ada the second" }, cookie);
  expect((await call(second, "GET", "/v1/me", undefined, cookie)).name).toBe("Ada the second");
  const ben = await first.person("operator", ada.actor.workspaceId);
  const asBen = { cookie: ben.cookie };
  expect((await call(second, "GET", "/v1/me", undefined, asBen)).permissions).toContain("runs:start");
  await call(first.api, "PATCH", `/v1/workspaces/${ada.actor.workspaceId}/members/${ben.actor.userId}`, { role: "viewer" }, cookie);
  expect((await call(second, "GET", "/v1/me", undefined, asBen)).permissions).not.toContain("runs:start");
});
