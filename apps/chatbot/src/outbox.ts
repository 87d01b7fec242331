import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { CLOSE_CODES, type ServerFrame } from "@crew/contracts/socket";
import type { Metrics } from "@crew/core/metrics";
import type { WebSocket } from "ws";
import { encodeFrame } from "./encode-frame.ts";
import type { GatewayLimits } from "./gateway-limits.ts";

const LOOK_EVERY_MS = 20;
const OUT = { direction: "out" };

/**
 * What goes to one socket: one write per turn of the event loop however many frames, and never more unread than the
 * limit. A reader who does not keep up loses live frames, is told to `resync` those topics once it has read the rest,
 * and is closed when it does not read that in time.
 */
export class Outbox {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #limits: GatewayLimits;
  readonly #metrics: Metrics;
  readonly #onLag: (topic: string) => void;
  readonly #lagging = new Set<string>();
  /** Marks that the peer was asked to give back, oldest first, and who waits for each. */
  readonly #unseen: { mark: number; resolve: () => void }[] = [];
  #lastMark = 0;
  #isCorked = false;
  #isWaiting = false;

  constructor(
    { ws, socket, limits, metrics }: { ws: WebSocket; socket: Duplex; limits: GatewayLimits; metrics: Metrics },
    onLag: (topic: string) => void,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.#limits = limits;
    this.#metrics = metrics;
    this.#onLag = onLag;
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  send(frame: ServerFrame): void {
    if (!this.#write(encodeFrame(frame))) void this.#untilRead();
  }

  /** A frame of a topic. Where it does not fit, the topic's feed is ended and its reader told to subscribe anew. */
  sendLive(topic: string, data: Buffer): void {
    if (!this.isOpen || this.#write(data)) return;
    this.#lagging.add(topic);
    this.#metrics.count("socket_resyncs", {});
    this.#onLag(topic);
    void this.#untilRead();
  }

  /** What happened at `at` has its frame now; only for who was caught up. */
  noteLive(at: string): void {
    this.#metrics.observe("live_gap_seconds", {}, Math.max(Date.now() - Date.parse(at), 0) / 1_000);
  }

  /** The reader subscribed anew before it was told to. */
  forgive(topic: string): void {
    this.#lagging.delete(topic);
  }

  hasRoom(): boolean {
    return this.#ws.bufferedAmount <= this.#limits.lowBufferedBytes;
  }

  /** For stored events, which wait for their reader instead of being dropped. `false`: the socket is closing. */
  async untilRoom(): Promise<boolean> {
    const deadline = performance.now() + this.#limits.slowReaderMs;
    while (this.isOpen && !this.hasRoom()) {
      if (performance.now() > deadline) this.#closeSlow();
      else await delay(LOOK_EVERY_MS);
    }
    return this.isOpen;
  }

  /**
   * Until the peer has read all that it was sent so far, by the answer to a ping that stands behind it. The buffers of
   * both kernels take megabytes, so that room in ours says nothing of who reads. Large events make large pages, which
   * have longer: a slow line is no slow reader. `false`: the socket is closing.
   */
  async untilSeen(bytes: number): Promise<boolean> {
    if (!this.isOpen) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const mark = ++this.#lastMark;
    this.#unseen.push({ mark, resolve });
    this.#ws.ping(String(mark), false, () => {});
    const { slowReaderMs, lowBufferedBytes } = this.#limits;
    const timer = setTimeout(() => this.#closeSlow(), slowReaderMs * Math.max(1, bytes / lowBufferedBytes));
    await promise;
    clearTimeout(timer);
    return this.isOpen;
  }

  /** The peer gave back a mark, and with it has read whatever was sent before it. */
  seen(mark: number): void {
    while (this.#unseen[0] && this.#unseen[0].mark <= mark) this.#unseen.shift()?.resolve();
  }

  /** Nobody needs to wait for the peer any longer. */
  closed(): void {
    this.seen(Number.POSITIVE_INFINITY);
  }

  #write(data: Buffer): boolean {
    if (!this.isOpen) return true;
    if (this.#ws.bufferedAmount > this.#limits.bufferedBytes) return false;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      setImmediate(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#ws.send(data, { binary: false }, () => {});
    this.#metrics.count("socket_frames", OUT);
    this.#metrics.count("socket_bytes", OUT, data.byteLength);
    return true;
  }

  async #untilRead(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const isRead = await this.untilRoom();
    this.#isWaiting = false;
    if (!isRead) return;
    const topics = [...this.#lagging];
    this.#lagging.clear();
    for (const topic of topics) this.send({ type: "resync", topic });
  }

  /** The close frame waits behind all that was not read, hence the end soon after. */
  #closeSlow(): void {
    this.#metrics.count("sockets_closed", { why: "slow_reader" });
    this.#ws.close(CLOSE_CODES.slowReader, "slow reader");
    setTimeout(() => this.#ws.terminate(), 1_000).unref();
  }
}
