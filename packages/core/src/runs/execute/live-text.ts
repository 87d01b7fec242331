import { reasoningStream } from "@crew/contracts/reasoning-stream";
import type { Bus } from "../../system.ts";

const FLUSH_AFTER_MS = 50;
/** Pieces of all calls are sent at the same moments, so that what carries them writes once for all. */
const FLUSH_EVERY_MS = 25;
const FLUSH_AT_CHARACTERS = 1024;

/** The words of one model call in flight, carried to whoever watches in pieces of at most 50 ms or 1 KiB. */
export class LiveText {
  readonly #bus: Bus;
  readonly #runId: string;
  readonly callId: string;
  #sent = 0;
  #waiting = "";
  #timer: NodeJS.Timeout | undefined;
  /** All that was said, for an answer that is stopped half-way. */
  text = "";

  constructor(bus: Bus, runId: string, callId: string) {
    this.#bus = bus;
    this.#runId = runId;
    this.callId = callId;
  }

  append(text: string): void {
    this.text += text;
    this.#waiting += text;
    if (this.#waiting.length >= FLUSH_AT_CHARACTERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS - (performance.now() % FLUSH_EVERY_MS));
  }

  /** Sends the rest. The call's text is in an event from now on, or void. */
  end(): void {
    this.#flush();
    // Most calls tell of no thinking: nothing is kept of it that could be let go.
    if (this.#sent > 0) this.#bus.endCall(`run:${this.#runId}`, this.callId);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === "") return;
    this.#bus.publish(`run:${this.#runId}`, { type: "delta", callId: this.callId, offset: this.#sent, text: this.#waiting });
    this.#sent += this.#waiting.length;
    this.#waiting = "";
  }
}

/** One model call in flight: what it says, and beside it what it thinks. */
export class LiveReply {
  readonly words: LiveText;
  readonly thoughts: LiveText;

  constructor(bus: Bus, runId: string, callId: string) {
    this.words = new LiveText(bus, runId, callId);
    this.thoughts = new LiveText(bus, runId, reasoningStream(callId));
  }

  end(): void {
    this.thoughts.end();
    this.words.end();
  }
}
