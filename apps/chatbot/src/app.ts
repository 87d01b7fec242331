import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { Auth, AuthSystem } from "@crew/auth/auth-system";
import { openAuth } from "@crew/auth/open-auth";
import { CLOSE_CODES } from "@crew/contracts/socket";
import type { Actor } from "@crew/core/access/actor";
import { clientAddress, type TrustedProxies, trustProxies } from "@crew/core/access/client-address";
import { clientNetwork } from "@crew/core/access/client-network";
import type { Metrics } from "@crew/core/metrics";
import { WebSocketServer } from "ws";
import { identifyByCookie, identifyByTicket, isOriginAllowed } from "./authenticate-socket.ts";
import { GATEWAY_LIMITS, type GatewayLimits } from "./gateway-limits.ts";
import { HistoryLane } from "./history-lane.ts";
import { recheckActors } from "./recheck-actors.ts";
import { type SessionHost, SocketSession } from "./socket-session.ts";
import { SocketsPerUser } from "./sockets-per-user.ts";
import { UnknownSockets } from "./unknown-sockets.ts";

export interface Chatbot extends AsyncDisposable {
  /** For the `upgrade` event of an HTTP server; answers every path but `/ws` with 404. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to come back (1012), spread over a moment, and resolves when all are gone. */
  close(): Promise<void>;
  readonly isClosing: boolean;
}

export interface ChatbotOptions {
  auth?: Auth;
  limits?: Partial<GatewayLimits>;
  /** Absent: the address that connects is the client's. */
  trustedProxies?: TrustedProxies;
}

const BARE = { noServer: true, clientTracking: false, perMessageDeflate: false, autoPong: false } as const;
const SWEEP_MS = 5_000;
const GONE_WITHIN_MS = 2_000;

/** The socket gateway, without a port of its own. */
export async function buildChatbot(system: AuthSystem, options: ChatbotOptions = {}): Promise<Chatbot> {
  const limits: GatewayLimits = { ...GATEWAY_LIMITS, ...options.limits };
  const auth = options.auth ?? openAuth(system);
  const server = new WebSocketServer({ ...BARE, maxPayload: limits.payloadBytes });
  const sessions = new Set<SocketSession>();
  const perUser = new SocketsPerUser();
  const unknown = new UnknownSockets();
  const isTrusted = trustProxies(options.trustedProxies ?? []);
  let closing: Promise<void> | undefined;
  const { metrics } = system;
  metrics.gauge("sockets", () => [{ labels: {}, value: sessions.size }]);

  const host: SessionHost = {
    system,
    limits,
    history: new HistoryLane(),
    redeem: (ticket) => identifyByTicket(system, ticket),
    admit(session, { userId }) {
      const isIn = perUser.add(session, userId, limits.socketsPerUser);
      if (isIn) unknown.remove(session);
      return isIn;
    },
    gone(session) {
      unknown.remove(session);
      sessions.delete(session);
      perUser.remove(session);
    },
  };

  const sweep = setInterval(() => sweepSessions(sessions, limits, metrics), Math.min(SWEEP_MS, limits.pingEveryMs / 2));
  sweep.unref();
  const recheck = recheckActors(system, sessions, limits.recheckMs);

  async function closeAll(): Promise<void> {
    clearInterval(sweep);
    clearInterval(recheck);
    await drainSessions(sessions, limits, metrics);
    server.close();
  }

  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  return {
    handleUpgrade(request, socket, head) {
      socket.on("error", destroyIt);
      if (request.url?.split("?", 1)[0] !== "/ws") return refuseUpgrade(socket, "404 Not Found");
      const refuse = (why: string, status: string) => {
        metrics.count("sockets_refused", { why });
        refuseUpgrade(socket, status);
      };
      if (closing !== undefined) return refuse("restart", "503 Service Unavailable");
      if (sessions.size >= limits.sockets) return refuse("process_is_full", "503 Service Unavailable");
      if (!isOriginAllowed(auth, request)) return refuse("origin", "403 Forbidden");
      const network = clientNetwork(clientAddress(request, isTrusted));
      const crowd = unknown.refusal(network, limits);
      if (crowd) return refuse(crowd, "429 Too Many Requests");
      server.handleUpgrade(request, socket, head, (ws) => {
        const session = new SocketSession(ws, socket, host, cookieActor(system, auth, request));
        sessions.add(session);
        unknown.add(session, network);
      });
    },
    close,
    get isClosing() {
      return closing !== undefined;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** A cookie that cannot be looked up right now is no cookie: a ticket may still come. */
async function cookieActor(system: AuthSystem, auth: Auth, request: IncomingMessage): Promise<Actor | undefined> {
  try {
    return await identifyByCookie(system, auth, request);
  } catch (error) {
    system.log.warn({ err: error }, "a socket's session cookie could not be looked up");
    return undefined;
  }
}

/** Tells each to come back, one after the other over a moment; who does not go in time is cut off. */
async function drainSessions(sessions: ReadonlySet<SocketSession>, limits: GatewayLimits, metrics: Metrics): Promise<void> {
  const all = [...sessions];
  const closings = all.map(async (session, index) => {
    await delay((limits.closeSpreadMs * index) / Math.max(1, all.length));
    metrics.count("sockets_closed", { why: "restart" });
    session.close(CLOSE_CODES.restarting, "restarting");
  });
  await Promise.all(closings);
  for (let waited = 0; sessions.size > 0 && waited < GONE_WITHIN_MS; waited += 20) await delay(20);
  for (const session of sessions) session.terminate();
}

/** Ends sockets whose peer is gone without a word, and those that are due for fresh credentials. */
function sweepSessions(sessions: Iterable<SocketSession>, limits: GatewayLimits, metrics: Metrics): void {
  const now = performance.now();
  for (const session of sessions) {
    if (now - session.lastSeenAt > limits.deadAfterMs) {
      metrics.count("sockets_closed", { why: "silent" });
      session.terminate();
    } else if (now - session.openedAt > limits.lifetimeMs) session.close(CLOSE_CODES.restarting, "fresh credentials are due");
    else if (now - session.lastPingAt >= limits.pingEveryMs) session.ping();
  }
}

/** A function of its own: one made in the handler would keep the whole request for as long as the socket lives. */
function destroyIt(this: Duplex): void {
  this.destroy();
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
