import { advanceRun, type LiveInput } from "@crew/client/live-run";
import { EMPTY_LIVE_RUN, type LiveRunView } from "@crew/client/live-run-view";
import { type LiveSocket, openLiveSocket } from "@crew/client/open-live-socket";
import type { Message } from "@crew/contracts/conversations";
import { WebSocket } from "ws";

export interface ChatViewerOptions {
  origin: string;
  conversationId: string;
  getTicket(): Promise<string>;
  /** Called with what is shown of the answer in flight, whenever it changes. */
  onText(text: string): void;
}

/** One open page of a conversation, as the browser makes it: one socket, the conversation's messages, the live answer's run. */
export class ChatViewer implements Disposable {
  readonly #options: ChatViewerOptions;
  #live: LiveSocket | undefined;
  #socket: WebSocket | undefined;
  #messages = new Map<string, Message>();
  #runId: string | undefined;
  #view: LiveRunView = EMPTY_LIVE_RUN;
  errors: string[] = [];

  constructor(options: ChatViewerOptions) {
    this.#options = options;
    this.#open();
  }

  /** What is shown of the answer while it is written. */
  get text(): string {
    const turns = this.#view.tasks.flatMap(({ items }) => items).filter((item) => item.kind === "turn");
    return turns.map(({ text }) => text).join("");
  }

  get hasEnded(): boolean {
    return this.#view.endedAt !== null;
  }

  get answer(): Message | undefined {
    return [...this.#messages.values()].findLast(({ role }) => role === "assistant");
  }

  /** The page is loaded anew: nothing is known. */
  reload(): void {
    this[Symbol.dispose]();
    this.#open();
  }

  /** The connection is gone without a word. */
  cut(): void {
    this.#socket?.terminate();
  }

  [Symbol.dispose](): void {
    this.#live?.close();
    this.#socket?.terminate();
  }

  #open(): void {
    const { origin, conversationId, getTicket } = this.#options;
    this.#messages = new Map();
    this.#runId = undefined;
    this.#view = EMPTY_LIVE_RUN;
    const keep = (socket: WebSocket) => {
      this.#socket = socket;
    };
    class KeptSocket extends WebSocket {
      constructor(url: string) {
        super(url);
        keep(this);
      }
    }
    const live = openLiveSocket({
      url: `${origin.replace("http", "ws")}/ws`,
      getTicket,
      WebSocket: KeptSocket as unknown as typeof globalThis.WebSocket,
      onError: ({ code, message }) => this.errors.push(`${code}: ${message}`),
    });
    this.#live = live;
    live.subscribe(`conversation:${conversationId}`, {
      onMessage: (message) => {
        this.#messages.set(message.id, message);
        if (message.runId !== null && this.#runId === undefined) this.#follow(live, message.runId);
      },
    });
  }

  #follow(live: LiveSocket, runId: string): void {
    this.#runId = runId;
    live.subscribe(`run:${runId}`, {
      onEvent: (event) => this.#advance({ event }),
      onDelta: (delta) => this.#advance({ delta }),
    });
  }

  #advance(input: LiveInput): void {
    const before = this.#view;
    this.#view = advanceRun(before, [input]);
    if (this.#view !== before) this.#options.onText(this.text);
  }
}
