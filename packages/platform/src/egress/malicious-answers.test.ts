import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { EgressError } from "@crew/core/egress/egress-port";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guardedEgress } from "./guarded-egress.ts";

let server: Server;
let host: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const MIB = 1024 * 1024;
const limits = { signal: new AbortController().signal, maxBytes: 5 * MIB, timeoutMs: 5_000 };
const ask = (more = {}) => guardedEgress({ allow: [host] }).request(`http://${host}/`, { ...limits, ...more });

/** The most that the process grew by while `work` ran. */
async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  await work();
  clearInterval(watch);
  return Math.max(peak, process.memoryUsage().rss) - before;
}

test("T-10 a stream of 10 GB is cut at the limit and costs less than 64 MiB of memory", async () => {
  let sent = 0;
  answer = (_, response) => {
    const chunk = Buffer.alloc(256 * 1024, "a");
    const more = () => {
      while (sent < 10e9 && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", more);
      }
    };
    more();
  };
  const growth = await growthOf(async () => {
    const { text, wasCut } = await ask();
    expect([text.length, wasCut]).toEqual([5 * MIB, true]);
  });
  expect(growth).toBeLessThan(64 * MIB);
  // The connection is closed: the sender does not get rid of its 10 GB.
  const then = sent;
  await sleep(100);
  expect([sent, sent < 200 * MIB]).toEqual([then, true]);
});

test.each([
  ["gzip", () => gzipSync(Buffer.alloc(100_000_000, "a"))],
  ["br", () => brotliCompressSync(Buffer.alloc(100_000_000, "a"))],
])("T-10 a bomb of %s is cut where it unfolds", async (encoding, pack) => {
  const bomb = pack();
  expect(bomb.length * 900).toBeLessThan(100_000_000);
  answer = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
  const growth = await growthOf(async () => {
    expect(await ask()).toMatchObject({ wasCut: true, text: "a".repeat(5 * MIB) });
  });
  expect(growth).toBeLessThan(64 * MIB);
});

test("T-10 a body that trickles ends with a named error within the time", async () => {
  answer = (_, response) => {
    response.writeHead(200);
    const trickle = setInterval(() => response.write("a"), 50);
    response.on("close", () => clearInterval(trickle));
  };
  const startedAt = Date.now();
  await expect(ask({ timeoutMs: 400 })).rejects.toThrow(new EgressError("The address took too long to answer."));
  expect(Date.now() - startedAt).toBeLessThan(5_000);
});

test("T-10 headers without end, half a body and words that are not HTTP end with an error", async () => {
  answer = (_, response) =>
    response.writeHead(200, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x-${i}`, "a".repeat(500)]))).end("x");
  await expect(ask()).rejects.toBeInstanceOf(EgressError);
  answer = (request) => request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf");
  await expect(ask()).rejects.toThrow("broke");
  answer = (request) => request.socket.end("SSH-2.0-OpenSSH_9.2\r\n");
  await expect(ask()).rejects.toBeInstanceOf(EgressError);
});

test("a request carries its method, headers and body, and tells the answer's", async () => {
  let seen: { method?: string; body: string; type?: string } | undefined;
  answer = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen = { method: request.method, body, type: request.headers["content-type"] };
    response.writeHead(201, { "x-made": "yes" }).end("made");
  };
  const headers = { "content-type": "application/json" };
  expect(await ask({ method: "POST", headers, body: '{"a":1}' })).toMatchObject({
    status: 201,
    text: "made",
    headers: { "x-made": "yes" },
  });
  expect(seen).toEqual({ method: "POST", body: '{"a":1}', type: "application/json" });
});

test("T-09 a redirect of a POST is not followed, and none leads where the caller may not go [ASVS 15.3.2]", async () => {
  let hits = 0;
  answer = (_, response) => {
    hits += 1;
    response.writeHead(307, { location: "/elsewhere" }).end();
  };
  await expect(ask({ method: "POST", body: "x" })).rejects.toThrow("POST");
  expect(hits).toBe(1);
  const asked: string[] = [];
  const mayReach = (url: URL) => {
    asked.push(url.pathname);
    return url.pathname === "/";
  };
  await expect(ask({ mayReach })).rejects.toMatchObject({ isDenied: true });
  expect([asked, hits]).toEqual([["/", "/elsewhere"], 2]);
  await expect(ask({ mayReach: () => false })).rejects.toMatchObject({ isDenied: true });
  expect(hits).toBe(2);
});
