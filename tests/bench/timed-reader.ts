import type { ServerFrame } from "@crew/contracts/socket";
import { WebSocket } from "ws";
import { ownAddress } from "./own-address.ts";

/** What one reader of a `/timed` answer has seen of it: each token says its number and when the provider has said it. */
export class TimedReader {
  readonly latencies: number[] = [];
  readonly done: Promise<void>;
  readonly caughtUp: Promise<void>;
  lost = 0;
  doubled = 0;
  /** Texts that are not the beginning of what the model said in the end. */
  wrong = 0;
  readonly #tokens: number;
  readonly #socket: WebSocket;
  #text = "";
  #read = 0;
  #seen = 0;

  constructor(url: string, { ticket, topic, tokens }: { ticket: string; topic: string; tokens: number }) {
    this.#tokens = tokens;
    const caughtUp = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    this.caughtUp = caughtUp.promise;
    this.done = done.promise;
    this.#socket = new WebSocket(url, ownAddress());
    this.#socket.on("open", () => {
      this.#socket.send(JSON.stringify({ type: "auth", ticket }));
      this.#socket.send(JSON.stringify({ type: "subscribe", topic }));
    });
    this.#socket.on("error", done.reject);
    this.#socket.on("close", (code) => done.reject(new Error(`a reader's socket was closed with ${code}`)));
    this.#socket.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString("utf8")) as ServerFrame;
      if (frame.type === "caught_up") caughtUp.resolve();
      else if (frame.type === "error") done.reject(new Error(frame.message));
      else if (frame.type === "delta") this.#place(frame.offset, frame.text);
      else if (frame.type === "event" && frame.event.type === "llm_call_completed") this.#finish(String(frame.event.data.text));
      else if (frame.type === "message" && frame.message.role === "assistant" && frame.message.state !== "pending") {
        this.#check(frame.message.content);
        done.resolve();
      }
    });
    done.promise.catch(caughtUp.reject);
    caughtUp.promise.catch(() => {});
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }

  #place(offset: number, text: string): void {
    if (offset > this.#text.length) this.lost++;
    if (offset < this.#text.length) this.doubled++;
    this.#take(text.slice(Math.max(0, this.#text.length - offset)));
  }

  /** A call's last text may be overtaken by its end, which then brings it. */
  #finish(whole: string): void {
    if (!whole.startsWith(this.#text)) this.wrong++;
    this.#take(whole.slice(this.#text.length));
  }

  #take(text: string): void {
    this.#text += text;
    const now = performance.timeOrigin + performance.now();
    for (let end = this.#text.indexOf(" ", this.#read); end >= 0; end = this.#text.indexOf(" ", this.#read)) {
      const [number = "", at = ""] = this.#text.slice(this.#read, end).split("@");
      this.#read = end + 1;
      this.latencies.push(now - Number(at));
      if (Number(number) < this.#seen) this.doubled++;
      else this.lost += Number(number) - this.#seen;
      this.#seen = Number(number) + 1;
    }
  }

  /** The message may overtake the last text too, and then brings it. */
  #check(content: string): void {
    if (content.startsWith(this.#text.trimEnd())) this.#take(content.slice(this.#text.length));
    if (content.trimEnd() !== this.#text.trimEnd()) this.wrong++;
    this.lost += this.#tokens - this.#seen;
  }
}
