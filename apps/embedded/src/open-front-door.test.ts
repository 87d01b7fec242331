import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { originPolicy } from "@crew/auth/origin-policy";
import { afterEach, describe, expect, test } from "vitest";
import { guardVisitors } from "./guard-visitors.ts";
import { type FrontDoor, openFrontDoor, type Visitors } from "./open-front-door.ts";
import { startingVisitors } from "./starting-visitors.ts";

const closers: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const inside: Visitors = {
  request: (_request, response) => response.end("inside"),
  upgrade: (_request, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
};

async function open(options: Partial<Parameters<typeof openFrontDoor>[0]> = {}): Promise<FrontDoor> {
  const door = await openFrontDoor({ host: "127.0.0.1", port: 0, visitors: inside, ...options });
  closers.push(() => door[Symbol.asyncDispose]());
  const origins = originPolicy({ publicUrl: `http://localhost:${door.port}` });
  if (!options.visitors) door.lead(guardVisitors(origins, inside));
  return door;
}

async function get(
  address: string,
  port: number,
  headers: Record<string, string>,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const sent = request({ host: address, port, headers, agent: false });
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: IncomingHttpHeaders; body: string }>();
  sent.on("error", reject).on("response", (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  sent.end();
  return promise;
}

async function upgradeStatus(port: number, host: string, origin?: string): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  const lines = [
    `GET /ws HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    ...(origin ? [`Origin: ${origin}`] : []),
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const [answer] = await once(socket, "data");
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1]);
}

async function occupy(port: number, host = "127.0.0.1"): Promise<number> {
  const server = createServer().listen(port, host);
  await once(server, "listening");
  closers.push(async () => {
    server.close();
    await once(server, "close");
  });
  return (server.address() as AddressInfo).port;
}

describe("the front door", () => {
  test.each(["127.0.0.1", "::1"])("answers on %s to all three names of this machine", async (address) => {
    const { port } = await open();
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
      expect(await get(address, port, { host })).toMatchObject({ status: 200, body: "inside" });
  });

  test("refuses a foreign Host and a foreign Origin, on requests and on upgrades", async () => {
    const { port } = await open();
    const own = `localhost:${port}`;
    expect(await get("127.0.0.1", port, { host: "rebound.example" })).toMatchObject({ status: 403 });
    for (const origin of ["https://evil.example", "null", `http://localhost:${port + 1}`])
      expect(await get("127.0.0.1", port, { host: own, origin })).toMatchObject({ status: 403 });
    expect(await get("127.0.0.1", port, { host: own, origin: `http://${own}` })).toMatchObject({ status: 200 });
    expect(await upgradeStatus(port, "rebound.example")).toBe(403);
    expect(await upgradeStatus(port, own, "https://evil.example")).toBe(403);
    expect(await upgradeStatus(port, own, `http://${own}`)).toBe(101);
  });

  test("refuses a port that was asked for and is taken, in either family", async () => {
    const port = await occupy(0);
    await expect(open({ port })).rejects.toThrow(`Port ${port} is taken`);
    const other = await occupy(0, "::1");
    await expect(open({ port: other })).rejects.toThrow(`Port ${other} is taken`);
  });

  test("takes the next free port when none was asked for", async () => {
    const first = await open({ port: null });
    const second = await open({ port: null });
    expect(first.port).toBeGreaterThanOrEqual(3000);
    expect(second.port).toBeGreaterThan(first.port);
  });

  test("names an address that is not this machine's", async () => {
    await expect(open({ host: "192.0.2.1" })).rejects.toThrow("HOST is 192.0.2.1, which is no address of this machine");
  });

  test("shows people a page that asks again, and tells programs to come back, while nothing is open yet", async () => {
    const { port } = await open({ visitors: startingVisitors });
    const page = await get("127.0.0.1", port, { accept: "text/html" });
    expect(page).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(page.body).toContain('http-equiv="refresh"');
    expect(await get("127.0.0.1", port, {})).toMatchObject({ status: 503, headers: { "content-type": "application/problem+json" } });
    expect(await upgradeStatus(port, "localhost")).toBe(503);
  });
});
