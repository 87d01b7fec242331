import { once } from "node:events";
import type { CounterName } from "@crew/core/metrics";
import { createActor } from "@crew/testing/actors";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ClientOptions, WebSocket } from "ws";

let system: TestSystem;
let gateway: TestGateway;
let refused: Record<string, number> = {};

beforeAll(async () => {
  system = await openTestSystem();
  const metrics = {
    ...system.metrics,
    count(name: CounterName, labels: Record<string, string>) {
      const why = labels.why ?? "";
      if (name === "sockets_refused") refused[why] = (refused[why] ?? 0) + 1;
    },
  };
  const limits = { unknownSockets: 5, unknownSocketsPerNetwork: 3, authenticateMs: 60_000 };
  gateway = await openTestGateway({ ...system, metrics }, limits, { trustedProxies: ["loopback"] });
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  refused = {};
});

async function openFrom(address: string): Promise<SocketReader> {
  const reader = new SocketReader(new WebSocket(gateway.url, from(address)));
  await reader.opened;
  return reader;
}
const from = (address: string): ClientOptions => ({ headers: { "x-forwarded-for": address } });
async function refusalFrom(address: string): Promise<number | undefined> {
  const socket = new WebSocket(gateway.url, from(address));
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  socket.terminate();
  return response.statusCode;
}
async function leave(readers: SocketReader[]): Promise<void> {
  for (const { socket } of readers) socket.terminate();
  await Promise.all(readers.map(({ closed }) => closed));
}
/** A place is free as soon as the gateway has seen that somebody left. */
async function untilOpenFrom(address: string): Promise<SocketReader> {
  let reader: SocketReader | undefined;
  await expect
    .poll(async () => {
      reader = await openFrom(address).catch(() => undefined);
      return reader;
    })
    .toBeDefined();
  return reader as SocketReader;
}

test("T-24 sockets that show nothing have few places for each address, or /64; who has shown who it is takes none", async () => {
  const ada = await createActor(system);
  const waiting = await Promise.all(["2001:db8::1", "2001:db8::2", "2001:db8:0:0:ff::1"].map(openFrom));
  expect(await refusalFrom("2001:db8::3")).toBe(429);
  const other = await openFrom("2001:db8:0:1::1");
  // What a client says of itself, behind what the proxy says of it, does not count.
  expect(await refusalFrom("198.51.100.9, 2001:db8::4")).toBe(429);
  expect(refused).toEqual({ network_has_too_many_unknown: 2 });
  waiting[0]?.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
  await waiting[0]?.next("ready");
  const inItsPlace = await openFrom("2001:db8::5");
  expect(await refusalFrom("2001:db8::6")).toBe(429);
  waiting[1]?.socket.terminate();
  const again = await untilOpenFrom("2001:db8::7");
  // A wrong ticket gives no place free before its socket is gone.
  again.send({ type: "auth", ticket: "nonsense" });
  expect(await again.closed).toBe(4401);
  const last = await untilOpenFrom("2001:db8::8");
  await leave([...waiting, other, inItsPlace, last]);
});

test("T-24 a process has places for so many of them, wherever they come from", async () => {
  const waiting: SocketReader[] = [];
  for (let n = 1; n <= 5; n++) waiting.push(await untilOpenFrom(`198.51.100.${n}`));
  refused = {};
  expect(await refusalFrom("198.51.100.6")).toBe(429);
  expect(refused).toEqual({ process_has_too_many_unknown: 1 });
  waiting[2]?.socket.terminate();
  await leave([...waiting, await untilOpenFrom("198.51.100.6")]);
});
