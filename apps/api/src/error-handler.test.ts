import { connect } from "node:net";
import { openTestApi } from "@crew/testing/open-test-api";
import { expect, test } from "vitest";

test("a database that is away is told as such, with a time to come back [ASVS 16.5.2]", async () => {
  await using api = await openTestApi();
  const ada = await api.person();
  const { pool } = api.system;
  pool.query = (async () => {
    throw Object.assign(new Error("connect ECONNREFUSED /tmp/secret-socket"), { code: "ECONNREFUSED", syscall: "connect" });
  }) as never;
  for (const path of ["/v1/crews/crew_01h00000000000000000000000/versions", "/v1/runs", "/readyz"]) {
    const { status, json, text, headers } = await api.call("GET", path, { as: ada });
    expect([status, json.code], path).toEqual([503, "unavailable"]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(text).not.toContain("secret-socket");
  }
});

test("T-30 a fault of ours is answered without detail and logged with it [ASVS 16.5.1, 16.5.4, 16.3.4]", async () => {
  await using api = await openTestApi();
  const logged: object[] = [];
  api.system.log.error = (fields: object) => void logged.push(fields);
  const ada = await api.person();
  const query = api.system.pool.query.bind(api.system.pool);
  const refuseSelects = (config: { text?: string }) => {
    if (config.text?.includes("FROM runs") || config.text?.includes('from "crews"')) throw new TypeError("secret of the house");
    return query(config as never);
  };
  api.system.pool.query = refuseSelects as never;
  const { status, json, text } = await api.call("GET", "/v1/runs", { as: ada });
  expect([status, json.code]).toEqual([500, "internal"]);
  expect(text).not.toContain("secret of the house");
  expect(JSON.stringify(logged.map((fields) => ({ ...fields, err: String((fields as { err: unknown }).err) })))).toContain(json.requestId);
  expect(String((logged[0] as { err: Error }).err)).toContain("secret of the house");
});

test("what is nowhere is 404, also with another method", async () => {
  await using api = await openTestApi();
  for (const [method, path] of [
    ["GET", "/v1/nothing"],
    ["DELETE", "/v1/crews"],
    ["GET", "/nothing"],
    ["PUT", "/v1/me"],
    ["GET", "/v1/crews/%ff"],
  ] as const) {
    const { status, json } = await api.call(method, path);
    expect([404, 400], path).toContain(status);
    expect(["not_found", "invalid"]).toContain(json.code);
  }
});

test("a request that is not HTTP gets a short answer and the server lives on", async () => {
  await using api = await openTestApi();
  await api.api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.api.server.address() as { port: number };
  for (const bytes of [
    "\u0000\u0001\u0002\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "GET /\r\nHost\r\n\r\n",
    `GET /${"x".repeat(100_000)} HTTP/1.1\r\n\r\n`,
    "GET /v1/me HTTP/1.1\r\n\r\n",
  ]) {
    const { promise, resolve } = Promise.withResolvers<string>();
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(bytes));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
    expect(await promise).toMatch(/^HTTP\/1\.1 4\d\d /);
  }
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});
