import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { OriginPolicy } from "@crew/auth/origin-policy";
import type { Visitors } from "./open-front-door.ts";

const REFUSAL = JSON.stringify({
  type: "about:blank",
  title: "Forbidden",
  status: 403,
  code: "forbidden",
  detail: "This installation answers neither for that host nor to pages of other sites.",
});
const HEADERS = { "content-type": "application/problem+json", "cache-control": "no-store", "x-content-type-options": "nosniff" };

/**
 * Lets only those in who ask for this installation by one of its own names and, where a browser says which page asks,
 * from one of its own pages. It stands before everything on the port, so that no route can forget it.
 */
export function guardVisitors(origins: OriginPolicy, inside: Visitors): Visitors {
  return {
    request(request, response) {
      if (mayEnter(origins, request)) inside.request(request, response);
      else refuse(response);
    },
    upgrade(request, socket, head) {
      if (mayEnter(origins, request)) inside.upgrade(request, socket, head);
      else refuseUpgrade(socket, 403, "Forbidden");
    },
  };
}

function mayEnter(origins: OriginPolicy, request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  return origins.allowsHost(host) && (origin === undefined || origins.allowsOrigin(origin, host));
}

function refuse(response: ServerResponse): void {
  response.writeHead(403, HEADERS).end(REFUSAL);
}

export function refuseUpgrade(socket: Duplex, status: number, reason: string): void {
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
