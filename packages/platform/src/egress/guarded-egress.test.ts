import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { gzipSync } from "node:zlib";
import { EgressError } from "@crew/core/egress/egress-port";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../database/embedded-postgres/free-port.ts";
import { isAddressAllowed } from "./address-rules.ts";
import { egressCorpus } from "./egress-corpus.ts";
import { guardedEgress } from "./guarded-egress.ts";
import { guardedFetch } from "./guarded-fetch.ts";

const limits = () => ({ signal: new AbortController().signal, maxBytes: 1_000_000, timeoutMs: 5_000 });

let server: Server;
let port: number;
let hits: IncomingMessage[];
let connections = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits.push(request);
    answer(request, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  await once(server.listen(0), "listening");
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  hits = [];
  connections = 0;
  answer = (_, response) => response.end("canary");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A resolver that gives these answers in turn, the last one for ever. */
function resolver(...turns: string[][]): LookupFunction {
  let turn = 0;
  return (_, __, callback) => {
    const addresses = turns[Math.min(turn++, turns.length - 1)] ?? [];
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
}

describe("guarded egress", () => {
  test("T-09 dials nothing of the corpus [ASVS 1.3.6]", async () => {
    const urls = egressCorpus(port);
    expect(urls.length).toBeGreaterThanOrEqual(120);
    // Names that were to slip through would find the canary.
    const egress = guardedEgress({ allow: [], lookup: resolver(["127.0.0.1"]) });
    for (const url of urls) await expect(egress.get(url, limits()), url).rejects.toBeInstanceOf(EgressError);
    expect(hits).toHaveLength(0);
    expect(connections).toBe(0);
  });

  test("T-09 a workspace's model provider cannot reach it either, nor can an operator's reach metadata", async () => {
    const workspaces = guardedFetch({ allow: [], allowPrivate: false, lookup: resolver(["127.0.0.1"]) });
    for (const url of egressCorpus(port)) await expect(workspaces(url, { method: "POST", body: "x" }), url).rejects.toThrow();
    expect(connections).toBe(0);
    for (const address of [
      "169.254.169.254",
      "169.254.170.2",
      "fd00:ec2::254",
      "100.100.100.200",
      "168.63.129.16",
      "::ffff:169.254.169.254",
    ]) {
      expect(isAddressAllowed(address, "private"), address).toBe(false);
    }
    const operators = guardedFetch({ allow: ["169.254.169.254:80"], allowPrivate: true, lookup: resolver(["169.254.169.254"]) });
    for (const url of [
      "http://169.254.169.254/",
      "http://[::ffff:a9fe:a9fe]/",
      "http://metadata.google.internal/",
      "http://model.example/",
    ]) {
      await expect(operators(url), url).rejects.toBeInstanceOf(EgressError);
    }
  });

  test("T-09 refuses a name when any answer is private, and when it flips between answers", async () => {
    const mixed = guardedEgress({ allow: [], lookup: resolver(["93.184.215.14", "127.0.0.1"]) });
    await expect(mixed.get("http://mixed.example.com/", limits())).rejects.toBeInstanceOf(EgressError);
    const flipping = guardedEgress({ allow: [], lookup: resolver(["127.0.0.1"], ["10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]) });
    for (let turn = 0; turn < 5; turn++)
      await expect(flipping.get("http://flip.example.com/", limits())).rejects.toBeInstanceOf(EgressError);
    expect(connections).toBe(0);
  });

  test("T-09 says the same of what is denied and of what is closed", async () => {
    const closed = await freePort();
    const egress = guardedEgress({ allow: [`127.0.0.1:${closed}`] });
    const texts = [];
    for (const url of [`http://127.0.0.1:${closed}/`, `http://127.0.0.1:${port}/`, "http://10.0.0.1/", "http://localhost/"]) {
      texts.push(await egress.get(url, limits()).catch((error: Error) => error.message));
    }
    expect(new Set(texts).size).toBe(1);
  });

  test("reaches what the operator allows, by any spelling of it, and no other port", async () => {
    const egress = guardedEgress({ allow: [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`] });
    for (const host of ["127.0.0.1", "0x7f.1", "localhost", "LOCALHOST"]) {
      expect((await egress.get(`http://${host}:${port}/`, limits())).text, host).toBe("canary");
    }
    await expect(guardedEgress({ allow: [`127.0.0.1:${port + 1}`] }).get(`http://127.0.0.1:${port}/`, limits())).rejects.toThrow();
    expect(() => guardedEgress({ allow: ["localhost"] })).toThrow("localhost");
  });

  test("T-09 follows three redirects, not four, and none to where it may not go [ASVS 15.3.2]", async () => {
    const egress = guardedEgress({ allow: [`127.0.0.1:${port}`] });
    answer = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end("there");
      else response.writeHead([301, 302, 307, 308][left % 4] ?? 302, { location: `/${left - 1}` }).end();
    };
    expect(await egress.get(`http://127.0.0.1:${port}/3`, limits())).toMatchObject({ text: "there", status: 200 });
    await expect(egress.get(`http://127.0.0.1:${port}/4`, limits())).rejects.toThrow("redirects");

    hits = [];
    const targets = egressCorpus(port).filter(
      (url) => !URL.parse(url, `http://127.0.0.1:${port}/`)?.href.startsWith(`http://127.0.0.1:${port}/`),
    );
    for (const target of targets) {
      if (/[^\x20-\x7e]/.test(target)) continue;
      answer = (_, response) => response.writeHead(302, { location: target }).end();
      hits = [];
      await expect(egress.get(`http://127.0.0.1:${port}/`, limits()), target).rejects.toBeInstanceOf(EgressError);
      // A relative target leads back to the allowed origin, at most as often as redirects are followed.
      expect(hits.length, target).toBeLessThanOrEqual(4);
    }
    expect(targets.length).toBeGreaterThan(100);
  });

  test("T-09 drops credentials when a redirect leaves the origin, keeps them within it, and redirects no POST", async () => {
    const fetch = guardedFetch({ allow: [`127.0.0.1:${port}`, `localhost:${port}`], allowPrivate: false });
    answer = (request, response) => {
      if (request.url === "/away") response.writeHead(307, { location: `http://localhost:${port}/end` }).end();
      else if (request.url === "/stay") response.writeHead(307, { location: "/end" }).end();
      else response.end("end");
    };
    const headers = { authorization: "Bearer key", "x-api-key": "key", cookie: "a=b", "x-goog-api-key": "key", accept: "text/plain" };
    await fetch(`http://127.0.0.1:${port}/away`, { headers });
    expect(hits.at(-1)?.headers).toMatchObject({ accept: "text/plain" });
    for (const name of ["authorization", "x-api-key", "cookie", "x-goog-api-key"]) expect(hits.at(-1)?.headers[name]).toBeUndefined();
    await fetch(`http://127.0.0.1:${port}/stay`, { headers });
    expect(hits.at(-1)?.headers.authorization).toBe("Bearer key");
    hits = [];
    await expect(fetch(`http://127.0.0.1:${port}/stay`, { method: "POST", body: "x" })).rejects.toThrow("POST");
    expect(hits).toHaveLength(1);
  });

  test("T-09 ignores a proxy of the environment", async () => {
    const saved = { ...process.env };
    Object.assign(process.env, {
      http_proxy: `http://127.0.0.1:${port}`,
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      ALL_PROXY: `http://127.0.0.1:${port}`,
    });
    try {
      const egress = guardedEgress({ allow: [], lookup: resolver(["127.0.0.1"]) });
      await expect(egress.get("http://example.com/", limits())).rejects.toThrow();
      expect(connections).toBe(0);
    } finally {
      process.env = saved;
    }
  });

  test("keeps connections open for the next request", async () => {
    const fetch = guardedFetch({ allow: [], allowPrivate: true });
    for (let request = 0; request < 10; request++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
    // A request may start before the connection of the last one is free again.
    expect(connections).toBeLessThanOrEqual(3);
    await fetch.close();
  });
});

describe("what comes back", () => {
  const get = (overrides = {}) =>
    guardedEgress({ allow: [`127.0.0.1:${port}`] }).get(`http://127.0.0.1:${port}/`, { ...limits(), ...overrides });

  test("T-10 is cut after decompression, between characters", async () => {
    answer = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000, "a")));
    const bomb = await get({ maxBytes: 10_000 });
    expect(bomb.wasCut).toBe(true);
    expect(bomb.text).toBe("a".repeat(10_000));
    answer = (_, response) => response.end("ééé");
    expect(await get({ maxBytes: 5 })).toMatchObject({ text: "éé", wasCut: true });
    expect(await get({ maxBytes: 6 })).toMatchObject({ text: "ééé", wasCut: false });
  });

  test("T-10 is decoded by the charset that the header or the page names", async () => {
    answer = (_, response) =>
      response.writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" }).end(Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    expect((await get()).text).toBe("café");
    answer = (_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(Buffer.concat([Buffer.from('<meta charset="windows-1252">'), Buffer.from([0x80])]));
    };
    expect((await get()).text).toContain("€");
    answer = (_, response) => response.writeHead(200, { "content-type": "text/plain; charset=nonsense" }).end("a\0b");
    expect((await get()).text).toBe("a\uFFFDb");
  });

  test("T-10 gives up in time, at once when asked to, and says so when the connection breaks", async () => {
    answer = () => {};
    await expect(get({ timeoutMs: 100 })).rejects.toThrow("too long");
    const stop = new AbortController();
    const waiting = get({ signal: stop.signal });
    setTimeout(() => stop.abort(new Error("stopped by the test")), 50);
    await expect(waiting).rejects.toThrow("stopped by the test");
    answer = (request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("begin");
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(get()).rejects.toThrow("broke");
  });
});
