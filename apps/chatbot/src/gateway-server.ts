import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { System } from "@crew/core/system";
import type { Chatbot } from "./app.ts";

const HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** After a restart all clients come back within seconds; who finds the queue full waits for a second. The kernel may keep fewer. */
const WAITING_CONNECTIONS = 4_096;

const READY = { name: "gateway_ready", text: "SELECT 1" };

/** The gateway's own port: `/ws`, `/healthz` (the process lives) and `/readyz` (it can serve), nothing else. */
export async function gatewayServer(
  system: Pick<System, "statements" | "log">,
  chatbot: Chatbot,
  listen: { host: string; port: number },
): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 });
  server.on("upgrade", (request, socket, head) => chatbot.handleUpgrade(request, socket, head));
  server.on("request", (request, response) => void answer(system, chatbot, request, response));
  await once(server.listen({ ...listen, backlog: WAITING_CONNECTIONS }), "listening");
  const { port } = server.address() as AddressInfo;
  system.log.info({ host: listen.host, port }, "the gateway listens");
  return {
    port,
    async [Symbol.asyncDispose]() {
      await chatbot.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  system: Pick<System, "statements">,
  chatbot: Chatbot,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const say = (status: number, text: string) => response.writeHead(status, HEADERS).end(`${text}\n`);
  const path = request.url?.split("?", 1)[0];
  if (path === "/healthz") say(200, "ok");
  else if (path === "/ws") say(426, "a WebSocket is served here");
  else if (path !== "/readyz") say(404, "not found");
  else if (chatbot.isClosing) say(503, "restarting");
  else
    await system.statements.run(READY, []).then(
      () => say(200, "ready"),
      () => say(503, "the database does not answer"),
    );
}
