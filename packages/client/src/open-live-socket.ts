import type { ClientFrame, ServerFrame } from "@crew/contracts/socket";
import { ApiError } from "./api-error.ts";
import { backoffMs } from "./backoff.ts";
import { LiveSubscription, type TopicHandlers } from "./live-subscription.ts";

/** `offline`: the connection was lost and is being made again. `refused`: the credentials were; only signing in helps. */
export type SocketStatus = "connecting" | "ready" | "offline" | "refused" | "closed";

export interface LiveSocketOptions {
  /** `ws://…/ws` or `wss://…/ws`. */
  url: string;
  /** A fresh ticket for one connection; rejects with `ApiError`. */
  getTicket(): Promise<string>;
  WebSocket?: typeof WebSocket;
  onStatus?(status: SocketStatus): void;
  onError?(error: Extract<ServerFrame, { type: "error" }>): void;
  /** After this long without a frame the server is asked for a sign of life. */
  quietMs?: number;
  /** After this long without that sign the connection counts as lost. */
  pongMs?: number;
  /** About this long after it was told that it asks too much, it asks for that topic again. */
  limitedMs?: number;
}

export interface LiveSocket {
  /** Follows a topic over every reconnect until the returned function is called. */
  subscribe(topic: string, handlers: TopicHandlers & { after?: number }): () => void;
  /** Connects at once if it is waiting to, for when the browser says that it is online again. */
  wake(): void;
  readonly status: SocketStatus;
  close(): void;
}

/** Close codes of the contract; repeated here as numbers so that a page need not load the schemas for them. */
const PERMISSION_CLOSE = 4403;
/** A ticket lives for 30 s. */
const TICKET_MS = 20_000;
const LIMITED_MS = 10_000;

/** One socket for a whole page: it authenticates by ticket, comes back by itself and resumes every topic where it was. */
export function openLiveSocket(options: LiveSocketOptions): LiveSocket {
  return new ReconnectingSocket(options);
}

class ReconnectingSocket implements LiveSocket {
  readonly #options: LiveSocketOptions;
  readonly #subscriptions = new Map<string, Set<LiveSubscription>>();
  #socket: WebSocket | undefined;
  /** Not shown to any server yet. */
  #ticket: { text: string; since: number } | undefined;
  #status: SocketStatus = "connecting";
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #quietTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
    void this.#connect();
  }

  get status(): SocketStatus {
    return this.#status;
  }

  subscribe(topic: string, handlers: TopicHandlers & { after?: number }): () => void {
    const subscription = new LiveSubscription(handlers, handlers.after ?? 0, () => this.#ask(topic));
    const others = this.#subscriptions.get(topic) ?? new Set();
    this.#subscriptions.set(topic, others.add(subscription));
    this.#ask(topic);
    return () => {
      if (!others.delete(subscription) || others.size > 0) return;
      this.#subscriptions.delete(topic);
      this.#send({ type: "unsubscribe", topic });
    };
  }

  wake(): void {
    if (this.#retryTimer === undefined && this.#status !== "refused") return;
    this.#attempt = 0;
    void this.#connect();
  }

  close(): void {
    this.#setStatus("closed");
    this.#forgetTimers();
    this.#subscriptions.clear();
    this.#socket?.close(1000);
  }

  /** Several readers of one topic share it on the wire: the server starts at the slowest, and each drops what it has. */
  #ask(topic: string): void {
    const readers = this.#subscriptions.get(topic);
    if (readers === undefined || this.#status !== "ready") return;
    this.#send({ type: "subscribe", topic, after: Math.min(...[...readers].map((reader) => reader.seq)) });
  }

  /** Many topics at once, as after a restart, may be more than the server takes from one person in a minute. */
  #askLater(topic: string): void {
    const socket = this.#socket;
    const waitMs = (this.#options.limitedMs ?? LIMITED_MS) * (0.5 + Math.random());
    setTimeout(() => this.#socket === socket && this.#ask(topic), waitMs);
  }

  async #connect(): Promise<void> {
    this.#forgetTimers();
    this.#setStatus(this.#attempt === 0 && this.#status !== "offline" ? "connecting" : "offline");
    let ticket: string;
    try {
      ticket = await this.#takeTicket();
    } catch (error) {
      const isRefusal = error instanceof ApiError && (error.code === "unauthenticated" || error.code === "forbidden");
      if (isRefusal) this.#setStatus("refused");
      else this.#retry();
      return;
    }
    if (this.#status === "closed") return;
    const socket = new (this.#options.WebSocket ?? WebSocket)(this.#options.url);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#ticket = undefined;
      socket.send(JSON.stringify({ type: "auth", ticket } satisfies ClientFrame));
    });
    socket.addEventListener("message", (message) => {
      if (this.#socket === socket && typeof message.data === "string") this.#receive(JSON.parse(message.data) as ServerFrame);
    });
    socket.addEventListener("close", ({ code }) => this.#lost(socket, code));
    // A browser follows every `error` with a `close`, which carries all that can be known.
    socket.addEventListener("error", () => undefined);
    this.#expectLife();
  }

  /** One that found no server is good for the next attempt: else a gateway that is away would cost the API a call for each. */
  async #takeTicket(): Promise<string> {
    if (this.#ticket && Date.now() - this.#ticket.since < TICKET_MS) return this.#ticket.text;
    const since = Date.now();
    this.#ticket = { text: await this.#options.getTicket(), since };
    return this.#ticket.text;
  }

  #lost(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    if (this.#status === "closed") return;
    if (code === PERMISSION_CLOSE) {
      this.#forgetTimers();
      this.#setStatus("refused");
    } else {
      this.#retry();
    }
  }

  #retry(): void {
    if (this.#status === "closed") return;
    this.#forgetTimers();
    this.#setStatus("offline");
    this.#retryTimer = setTimeout(() => void this.#connect(), backoffMs(this.#attempt++));
  }

  #receive(frame: ServerFrame): void {
    this.#expectLife();
    if (frame.type === "ready") {
      this.#attempt = 0;
      this.#setStatus("ready");
      for (const topic of this.#subscriptions.keys()) this.#ask(topic);
    } else if (frame.type === "error") {
      this.#options.onError?.(frame);
      if (frame.topic !== undefined && frame.code === "limited") this.#askLater(frame.topic);
    } else if (frame.type === "resync") {
      this.#ask(frame.topic);
    } else if (frame.type !== "pong") {
      for (const reader of this.#subscriptions.get(frame.topic) ?? []) reader.receive(frame);
    }
  }

  /** A connection can die without a close: a laptop that slept, a proxy that forgot. Silence is asked about, then ended. */
  #expectLife(): void {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => {
      this.#send({ type: "ping" });
      this.#quietTimer = setTimeout(() => {
        const socket = this.#socket;
        if (socket === undefined) return;
        this.#lost(socket, 1006);
        socket.close();
      }, this.#options.pongMs ?? 10_000);
    }, this.#options.quietMs ?? 20_000);
  }

  #send(frame: ClientFrame): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  #setStatus(status: SocketStatus): void {
    if (this.#status === status || this.#status === "closed") return;
    this.#status = status;
    this.#options.onStatus?.(status);
  }

  #forgetTimers(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#quietTimer);
    this.#retryTimer = undefined;
  }
}
