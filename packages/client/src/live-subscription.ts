import type { Message } from "@crew/contracts/conversations";
import type { RunEvent } from "@crew/contracts/run-events";
import type { ChangedThing, ServerFrame } from "@crew/contracts/socket";
import { type Delta, TopicCursor } from "./topic-cursor.ts";

export interface TopicHandlers {
  onEvent?(event: RunEvent): void;
  onDelta?(delta: Delta): void;
  /** Everything stored has come; from now on it is live. Called again after each reconnect. */
  onCaughtUp?(seq: number): void;
  onMessage?(message: Message): void;
  onChanged?(change: { what: ChangedThing; id: string }): void;
}

type TopicFrame = Extract<ServerFrame, { topic: string }>;

/** A gap that a fresh snapshot did not close (the live text was lost) must not ask for one forever. */
const ASK_AGAIN_MS = 2_000;

/** One reader of one topic. */
export class LiveSubscription {
  readonly #handlers: TopicHandlers;
  readonly #cursor: TopicCursor;
  readonly #askAgain: () => void;
  #mayAskAt = 0;

  constructor(handlers: TopicHandlers, after: number, askAgain: () => void) {
    this.#handlers = handlers;
    this.#cursor = new TopicCursor(after);
    this.#askAgain = askAgain;
  }

  get seq(): number {
    return this.#cursor.seq;
  }

  receive(frame: TopicFrame): void {
    if (frame.type === "event") {
      const answer = this.#cursor.event(frame.event);
      if ("take" in answer) this.#handlers.onEvent?.(answer.take);
      else if ("gap" in answer) this.#closeGap();
    } else if (frame.type === "delta") {
      const answer = this.#cursor.delta(frame);
      if ("take" in answer) this.#handlers.onDelta?.(answer.take);
      else if ("gap" in answer) this.#closeGap();
    } else if (frame.type === "caught_up") {
      this.#handlers.onCaughtUp?.(frame.seq);
    } else if (frame.type === "message") {
      this.#handlers.onMessage?.(frame.message);
    } else if (frame.type === "changed") {
      this.#handlers.onChanged?.({ what: frame.what, id: frame.id });
    }
  }

  #closeGap(): void {
    const now = Date.now();
    if (now < this.#mayAskAt) return;
    this.#mayAskAt = now + ASK_AGAIN_MS;
    this.#askAgain();
  }
}
