import type { IncomingMessage } from "node:http";
import { clientAddress, trustProxies } from "@crew/core/access/client-address";
import Fastify from "fastify";
import { expect, test } from "vitest";

const PRIVATE = ["loopback", "linklocal", "uniquelocal"];

test.each([
  { trusted: [], from: "203.0.113.7", forwarded: "198.51.100.1", client: "203.0.113.7" },
  { trusted: PRIVATE, from: "203.0.113.7", forwarded: "198.51.100.1", client: "203.0.113.7" },
  { trusted: PRIVATE, from: "10.0.0.2", forwarded: undefined, client: "10.0.0.2" },
  { trusted: PRIVATE, from: "10.0.0.2", forwarded: "198.51.100.1", client: "198.51.100.1" },
  { trusted: PRIVATE, from: "::ffff:10.0.0.2", forwarded: "6.6.6.6 ,198.51.100.1, fd00::3,192.168.4.4", client: "198.51.100.1" },
  { trusted: PRIVATE, from: "::1", forwarded: "2001:db8::1, fe80::1", client: "2001:db8::1" },
  { trusted: PRIVATE, from: "127.0.0.1", forwarded: "6.6.6.6,nonsense", client: "nonsense" },
  { trusted: PRIVATE, from: "127.0.0.1", forwarded: ",", client: "127.0.0.1" },
  { trusted: PRIVATE, from: "172.16.0.1", forwarded: "10.9.9.9,172.31.0.1", client: "10.9.9.9" },
  { trusted: ["10.0.0.0/8"], from: "11.0.0.1", forwarded: "198.51.100.1", client: "11.0.0.1" },
  { trusted: ["10.0.0.2", "2001:db8::/32"], from: "2001:DB8:0::9", forwarded: "198.51.100.1,10.0.0.2", client: "198.51.100.1" },
  { trusted: 1, from: "203.0.113.7", forwarded: "6.6.6.6, 198.51.100.1", client: "198.51.100.1" },
  { trusted: 2, from: "203.0.113.7", forwarded: "6.6.6.6, 198.51.100.1", client: "6.6.6.6" },
  { trusted: 3, from: "203.0.113.7", forwarded: "6.6.6.6, 198.51.100.1", client: "6.6.6.6" },
])("T-03 with $trusted trusted, $forwarded by $from is $client, for requests and for sockets", async (one) => {
  const isTrusted = trustProxies(one.trusted);
  const app = Fastify({ trustProxy: isTrusted });
  app.get("/", async (request) => request.ip);
  const headers = one.forwarded === undefined ? {} : { "x-forwarded-for": one.forwarded };
  const answer = await app.inject({ method: "GET", url: "/", remoteAddress: one.from, headers });
  const request = { headers, socket: { remoteAddress: one.from } } as unknown as IncomingMessage;
  expect([answer.body, clientAddress(request, isTrusted)]).toEqual([one.client, one.client]);
});
