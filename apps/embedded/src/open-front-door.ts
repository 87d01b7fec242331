import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { StartupProblem } from "@crew/platform/database/embedded-postgres/startup-problem";

const FIRST_PORT = 3_000;
const PORTS_TRIED = 100;
const LOOPBACK = ["127.0.0.1", "::1"];

export interface Visitors {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The one port: it is held from the first moment on, and what answers behind it may change. */
export interface FrontDoor extends AsyncDisposable {
  port: number;
  lead(visitors: Visitors): void;
}

export const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

/**
 * Listens on `host`; on loopback in both families, since `localhost` may mean either. A `port` that was asked for and is
 * taken is a `StartupProblem`; with `null` the next free one from 3000 on is taken.
 */
export async function openFrontDoor(options: { host: string; port: number | null; visitors: Visitors }): Promise<FrontDoor> {
  const hosts = isLoopback(options.host) ? LOOPBACK : [options.host];
  const candidates = options.port === null ? Array.from({ length: PORTS_TRIED }, (_, index) => FIRST_PORT + index) : [options.port];
  for (const candidate of candidates) {
    const servers = await listenOnAll(hosts, candidate);
    if (servers) return frontDoor(servers, options.visitors);
  }
  throw new StartupProblem(
    options.port === null
      ? `The ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all taken: set PORT to a free one.`
      : `Port ${options.port} is taken: stop what uses it, or set PORT to another one (unset, the next free one is taken).`,
  );
}

function frontDoor(servers: Server[], first: Visitors): FrontDoor {
  let visitors = first;
  for (const server of servers) {
    server.on("request", (request, response) => visitors.request(request, response));
    server.on("upgrade", (request, socket, head) => visitors.upgrade(request, socket, head));
  }
  return {
    port: portOf(servers[0]) ?? 0,
    lead(next) {
      visitors = next;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(close));
    },
  };
}

/** `undefined` when the port is taken in one of them. */
async function listenOnAll(hosts: string[], port: number): Promise<Server[] | undefined> {
  const servers: Server[] = [];
  for (const host of hosts) {
    // A port of 0 is chosen once, by the first address.
    const chosen = portOf(servers[0]) ?? port;
    try {
      servers.push(await listen(host, chosen));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isSecond = servers.length > 0;
      // A machine without IPv6 has nobody who could mean it.
      if (isSecond && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) continue;
      await Promise.all(servers.map(close));
      if (code === "EADDRINUSE") return undefined;
      throw refusal(host, port, error);
    }
  }
  return servers;
}

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: 15_000,
    // How often it looks for what is over these; thirty seconds by default.
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: 72_000,
    maxHeaderSize: 16_384,
  });
  server.listen({ host, port, exclusive: true });
  await once(server, "listening");
  return server;
}

function refusal(host: string, port: number, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES")
    return new StartupProblem(`Port ${port} may not be used by this user: set PORT to one above 1023.`, { cause: error });
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new StartupProblem(`HOST is ${host}, which is no address of this machine: set it to one that is, or to 0.0.0.0 for all.`, {
      cause: error,
    });
  return error;
}

function portOf(server: Server | undefined): number | undefined {
  return (server?.address() as AddressInfo | null | undefined)?.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
