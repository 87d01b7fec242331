import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { PASSWORD_DERIVED } from "@crew/auth/hash-password";
import { createApiKey } from "@crew/core/api-keys/create-api-key";
import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { describe, expect, test } from "vitest";
import { RATE_LIMITS } from "./rate-classes.ts";

const ORIGIN = "http://localhost:3000";
const GUESS = { email: "ada@example.test", password: "a wrong guess of mine" };

/** As in an installation, not as generous as the other tests have it. */
const REAL = { api: { rateLimits: RATE_LIMITS } };

/** How many passwords were looked at while `work` ran; other tests run in processes of their own. */
async function passwordsLookedAt(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const listen = () => {
    count++;
  };
  const derived = channel(PASSWORD_DERIVED);
  derived.subscribe(listen);
  await work();
  derived.unsubscribe(listen);
  return count;
}

async function signIn(api: TestApi, remoteAddress: string, { body = GUESS as object, headers = {} } = {}): Promise<number> {
  const response = await api.api.inject({
    method: "POST",
    url: "/api/auth/sign-in/email",
    remoteAddress,
    headers: { host: "localhost:3000", origin: ORIGIN, "content-type": "application/json", ...headers },
    payload: JSON.stringify(body),
  });
  return response.statusCode;
}

function count(statuses: number[]): Record<number, number> {
  return Object.fromEntries([...new Set(statuses)].map((status) => [status, statuses.filter((one) => one === status).length]));
}

const SPELLINGS = [
  "2001:db8:1:2::1",
  "2001:DB8:1:2::1",
  "2001:0db8:0001:0002::1",
  "2001:db8:1:2:0:0:0:1",
  "2001:db8:1:2::0:1",
  "2001:db8:1:2:0::1",
  "2001:0db8:0001:0002:0000:0000:0000:0001",
  "2001:db8:1:2::0.0.0.1",
  "2001:db8:1:2::1%eth0",
  "2001:0DB8:1:2::0001",
];

describe("guesses at a password", () => {
  test("T-03 of 200 for one account from 200 addresses of one /64, in ten spellings, at most 10 are looked at [ASVS 6.3.1]", async () => {
    // The limit of the network over all accounts is taken away: that of the account alone must hold.
    await using api = await openTestApi();
    await api.call("POST", "/api/auth/sign-up/email", {
      body: { ...GUESS, name: "Ada", password: "correct horse battery" },
      headers: { origin: ORIGIN },
    });
    const statuses: number[] = [];
    const looked = await passwordsLookedAt(async () => {
      for (let i = 0; i < 200; i++) {
        const address = i < 10 ? SPELLINGS[i] : `2001:db8:1:2:${i.toString(16)}:${(i * 31).toString(16)}::${i.toString(16)}`;
        statuses.push(await signIn(api, address ?? ""));
      }
    });
    expect(looked).toBeLessThanOrEqual(10);
    expect(count(statuses)).toEqual({ 401: 10, 429: 190 });
    // The person at home still gets in.
    expect(await signIn(api, "203.0.113.9", { body: { email: GUESS.email, password: "correct horse battery" } })).toBe(200);
  });

  test("T-03 mapped IPv4 spellings are the same client", async () => {
    await using api = await openTestApi();
    const addresses = ["203.0.113.7", "::ffff:203.0.113.7", "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7"];
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push(await signIn(api, addresses[i % addresses.length] ?? ""));
    expect(count(statuses)).toEqual({ 401: 10, 429: 30 });
  });

  test("T-03 nobody who comes directly can name another address [ASVS 4.1.3]", async () => {
    await using api = await openTestApi();
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const other = `198.51.100.${i}`;
      const headers = {
        "x-forwarded-for": other,
        forwarded: `for=${other}`,
        "x-real-ip": other,
        "x-crew-client-address": other,
        "cf-connecting-ip": other,
      };
      statuses.push(await signIn(api, "203.0.113.7", { headers }));
    }
    expect(count(statuses)).toEqual({ 401: 10, 429: 30 });
  });

  test("T-03 behind one proxy exactly the address that it added counts [ASVS 15.3.4]", async () => {
    await using api = await openTestApi({ api: { trustedProxies: 1 } });
    const forged: number[] = [];
    for (let i = 0; i < 20; i++)
      forged.push(await signIn(api, "10.0.0.1", { headers: { "x-forwarded-for": `198.51.100.${i}, 203.0.113.7` } }));
    expect(count(forged)).toEqual({ 401: 10, 429: 10 });
    // Other clients of the same proxy are others.
    expect(await signIn(api, "10.0.0.1", { headers: { "x-forwarded-for": "203.0.113.8" } })).toBe(401);
    await using two = await openTestApi({ api: { trustedProxies: 2 } });
    const chain: number[] = [];
    for (let i = 0; i < 20; i++)
      chain.push(await signIn(two, "10.0.0.1", { headers: { "x-forwarded-for": `198.51.100.${i}, 203.0.113.7, 10.0.0.${i}` } }));
    expect(count(chain)).toEqual({ 401: 10, 429: 10 });
  });

  test("T-03 an unknown account costs the same work and gets the same answer as a known one [ASVS 6.3.8]", async () => {
    await using api = await openTestApi();
    await api.call("POST", "/api/auth/sign-up/email", {
      body: { ...GUESS, name: "Ada", password: "correct horse battery" },
      headers: { origin: ORIGIN },
    });
    await api.system.pool.query(
      "INSERT INTO users (id, name, email, disabled_at) VALUES (gen_random_uuid(), 'Off', 'off@example.test', now()), (gen_random_uuid(), 'Bare', 'bare@example.test', null)",
    );
    const answers = [];
    for (const email of [GUESS.email, "nobody@example.test", "off@example.test", "bare@example.test", "no address at all"]) {
      let text = "";
      const looked = await passwordsLookedAt(async () => {
        const { json } = await api.call("POST", "/api/auth/sign-in/email", { body: { ...GUESS, email }, headers: { origin: ORIGIN } });
        text = JSON.stringify({ ...json, requestId: "" });
      });
      answers.push({ looked, text });
    }
    expect(answers[0]?.looked).toBe(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test.skipIf(redisIsMissing)("T-03 with Redis stopped the limits still hold", async () => {
    await using redis = await startTestRedis();
    await using api = await openTestApi({ system: { redisUrl: redis.url } });
    const before: number[] = [];
    for (let i = 0; i < 4; i++) before.push(await signIn(api, "203.0.113.7"));
    await redis.kill();
    const after: number[] = [];
    const looked = await passwordsLookedAt(async () => {
      for (let i = 0; i < 40; i++) after.push(await signIn(api, `203.0.113.7`));
    });
    expect(before).toEqual([401, 401, 401, 401]);
    expect(looked).toBeLessThanOrEqual(10);
    expect(after.slice(10)).toEqual(Array(30).fill(429));
  });

  test("500 at once are told to come back, not kept waiting [ASVS 2.4.1]", async () => {
    await using api = await openTestApi(REAL);
    await api.api.listen({ host: "127.0.0.1", port: 0 });
    const { port } = api.api.server.address() as AddressInfo;
    const looked = await passwordsLookedAt(async () => {
      const statuses = await Promise.all(
        Array.from({ length: 500 }, (_, i) => postTo(port, { ...GUESS, email: `person${i}@example.test` })),
      );
      const found = count(statuses);
      // Some tens of milliseconds of hashing may reach into a second window.
      expect(found[401]).toBeGreaterThanOrEqual(1);
      expect(found[401]).toBeLessThanOrEqual(30);
      expect((found[401] ?? 0) + (found[429] ?? 0)).toBe(500);
    });
    expect(looked).toBeLessThanOrEqual(30);
  });

  test("the 11th of one second is refused, from whichever network it comes", async () => {
    await using api = await openTestApi(REAL);
    const statuses = await Promise.all(
      Array.from({ length: 60 }, (_, i) => signIn(api, `198.51.100.${i}`, { body: { ...GUESS, email: `p${i}@example.test` } })),
    );
    // A slow machine may spread them over some seconds, of which each takes ten.
    expect(count(statuses)[429]).toBeGreaterThanOrEqual(5);
    expect(count(statuses)[401]).toBeGreaterThanOrEqual(1);
  });
});

async function postTo(port: number, body: object): Promise<number> {
  const sent = request({
    host: "127.0.0.1",
    port,
    path: "/api/auth/sign-in/email",
    method: "POST",
    agent: false,
    headers: { host: `localhost:${port}`, origin: `http://localhost:${port}`, "content-type": "application/json" },
  });
  sent.end(JSON.stringify(body));
  const [response] = await once(sent, "response");
  response.resume();
  return response.statusCode;
}

describe("classes", () => {
  test("reads, writes and runs are counted apart, and keys by their class [ASVS 2.4.1, 15.4.4]", async () => {
    await using api = await openTestApi({ api: { rateLimits: { perActor: 30 } } });
    const ada = await api.person();
    const quota = async (method: string, path: string, as = ada) => {
      const { headers } = await api.call(method, path, { as, ...(method === "POST" && { body: {} }) });
      return `${headers["ratelimit-policy"]}`;
    };
    expect(await quota("GET", "/v1/me")).toBe('"read";q=30;w=60');
    expect(await quota("POST", "/v1/crews")).toBe('"write";q=15;w=60');
    expect(await quota("POST", "/v1/crews/crew_00000000000000000000000000/runs")).toBe('"start-run";q=10;w=60');
    for (const [rateClass, points] of [
      ["low", 6],
      ["high", 150],
    ] as const) {
      const { key } = await createApiKey({ ...api.system, actor: ada.actor }, { name: rateClass, expiresAt: null, rateClass });
      expect(await quota("GET", "/v1/me", { ...ada, key })).toBe(`"read";q=${points};w=60`);
    }
    // Writes that are used up leave reads alone.
    for (let i = 0; i < 15; i++) await quota("POST", "/v1/crews");
    const refused = await api.call("POST", "/v1/crews", { as: ada, body: {} });
    expect([refused.status, refused.json.code]).toEqual([429, "limited"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect((await api.call("GET", "/v1/me", { as: ada })).status).toBe(200);
  });

  test("a network of strangers counts as one, and its neighbour as another", async () => {
    await using api = await openTestApi({ api: { rateLimits: { perStranger: 3 } } });
    const ask = async (remoteAddress: string) =>
      (await api.api.inject({ url: "/v1/me", remoteAddress, headers: { host: "localhost:3000" } })).statusCode;
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push(await ask(`2001:db8:1:2::${i}`));
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(await ask("2001:db8:1:3::1")).toBe(401);
  });
});
