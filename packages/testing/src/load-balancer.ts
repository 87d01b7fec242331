import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export interface LoadBalancer extends AsyncDisposable {
  port: number;
}

/** The port of loopback that serves a path. */
export type RouteOf = (path: string) => number;

/**
 * One origin for the services of a distributed installation. What it adds to a request is what a Caddy in front of them
 * adds: it keeps `Host`, and replaces what a client claims about where it comes from.
 */
export async function startLoadBalancer(routeOf: RouteOf, port = 0): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true });
  const open = new Set<Duplex>();
  const server = createServer((incoming, response) => forward(agent, routeOf, incoming, response));
  server.on("upgrade", (incoming, socket, head) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    forwardUpgrade(routeOf, incoming, socket, head);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

function forward(agent: Agent, routeOf: RouteOf, incoming: IncomingMessage, response: ServerResponse): void {
  const upstream = request({ ...target(routeOf, incoming), agent });
  upstream.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
    // Cut in the middle it must look cut to the client too, not ended.
    answer.once("error", () => response.destroy());
  });
  upstream.once("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  response.once("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

function forwardUpgrade(routeOf: RouteOf, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const upstream = request(target(routeOf, incoming));
  socket.on("error", () => upstream.destroy());
  upstream.once("upgrade", (answer, behind, firstBytes) => {
    socket.write(headLines(answer));
    if (firstBytes.length > 0) socket.write(firstBytes);
    if (head.length > 0) behind.write(head);
    behind.on("error", () => socket.destroy());
    socket.once("close", () => behind.destroy());
    behind.once("close", () => socket.destroy());
    behind.pipe(socket).pipe(behind);
  });
  upstream.once("response", (answer) => {
    answer.resume();
    socket.end(headLines(answer));
  });
  upstream.once("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
  upstream.end();
}

function target(routeOf: RouteOf, { url = "/", method, headers, socket }: IncomingMessage) {
  return {
    host: "127.0.0.1",
    port: routeOf(url.split("?", 1)[0] ?? "/"),
    path: url,
    method,
    headers: {
      ...headers,
      "x-forwarded-for": socket.remoteAddress ?? "127.0.0.1",
      "x-forwarded-host": headers.host,
      "x-forwarded-proto": "http",
    },
  };
}

function headLines(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
