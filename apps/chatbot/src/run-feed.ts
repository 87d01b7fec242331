import { reasoningStream } from "@crew/contracts/reasoning-stream";
import { type RunEvent, type RunEventType, TERMINAL_EVENTS } from "@crew/contracts/run-events";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import { getRun } from "@crew/core/runs/get-run";
import { readRunEvents } from "@crew/core/runs/list-run-events";
import type { BusMessage, BusTopic } from "@crew/core/system";
import { encodeFrame, encodeOnce } from "./encode-frame.ts";
import type { Feed, FeedOptions } from "./feed.ts";
import { LiveOffsets } from "./live-offsets.ts";
import { PageSize } from "./page-size.ts";
import { SafetyPoll } from "./safety-poll.ts";

type Delta = Extract<BusMessage, { type: "delta" }>;

/** How many events before the reader's own are looked through for the ends of calls. */
const PAST = 500;
/** Text so far goes out in pieces, so that one long answer cannot fill the socket's buffer. */
const PIECE_UNITS = 32 * 1024;
const CALL_ENDS: readonly RunEventType[] = ["llm_call_completed", "llm_call_failed", "attempt_restarted"];

/**
 * One run for one reader: every stored event after `after` once and in order, then the text so far of calls in flight,
 * then live. The rows are the truth: a hint only says that it is time to read them, unless it carries just what follows.
 */
export class RunFeed implements Feed {
  readonly #options: FeedOptions & { runId: string; after: number; onEnd?: () => void };
  readonly #offsets = new LiveOffsets();
  readonly #page = new PageSize();
  readonly #busTopic: BusTopic;
  /** Known from the start on, unless nobody was asked whether the run is the reader's. */
  crewId: string | null | undefined;
  #seq: number;
  #leave: (() => Promise<void>) | undefined;
  #poll: SafetyPoll | undefined;
  #knowsEnds = false;
  #isOver = false;
  /** The first page of a whole run waits for its turn; an answer that begins, and what a hint tells of, do not. */
  #mustQueue = false;
  #isStopped = false;
  /** While stored rows or the text so far are being sent, live messages wait. */
  #isBusy = true;
  #mustRead = false;
  #mustJoin = false;
  #heldDeltas: Delta[] | undefined;
  #joinedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions & { runId: string; after: number; onEnd?: () => void }) {
    this.#options = options;
    this.#seq = options.after;
    this.#busTopic = `run:${options.runId}`;
  }

  async start(): Promise<void> {
    this.#mustQueue = true;
    const run = await getRun(this.#options.ctx, this.#options.runId);
    this.crewId = run.crewId;
    await this.follow(TERMINAL_STATES.includes(run.state));
    if (!this.#isStopped) this.#options.outbox.send({ type: "caught_up", topic: this.#options.topic, seq: this.#seq });
  }

  /** Without asking whether the run is the reader's, and without `caught_up`. */
  async follow(hasEnded: boolean): Promise<void> {
    const { ctx, limits } = this.#options;
    if (!hasEnded) this.#leave = await ctx.bus.subscribe(this.#busTopic, (message) => this.#onMessage(message));
    if (this.#isStopped) return this.#release();
    await this.#read();
    if (!hasEnded && !this.#isOver && !this.#isStopped) await this.#join();
    if (hasEnded || this.#isOver || this.#isStopped) return this.#release();
    this.#poll = new SafetyPoll(() => this.#look(), { fastMs: limits.pollMs, slowMs: limits.slowPollMs });
    this.#isBusy = false;
    if (this.#mustRead || this.#mustJoin) void this.#catchUp();
  }

  stop(): void {
    this.#isStopped = true;
    this.#release();
  }

  #release(): void {
    this.#poll?.stop();
    this.#leave?.().catch(() => {});
    this.#leave = undefined;
  }

  #onMessage(message: BusMessage): void {
    if (this.#isStopped || this.#isOver) return;
    if (message.type === "delta") this.#onDelta(message);
    else if (message.type === "events") this.#onEvents(message);
    this.#poll?.noteHint();
  }

  #onEvents({ fromSeq, toSeq, events }: Extract<BusMessage, { type: "events" }>): void {
    if (toSeq !== 0 && toSeq <= this.#seq) return;
    if (this.#isBusy || !events || fromSeq > this.#seq + 1) {
      this.#mustRead = true;
      if (!this.#isBusy) void this.#catchUp();
      return;
    }
    const { topic } = this.#options;
    for (const event of events)
      if (event.seq === this.#seq + 1)
        this.#sendEvent(
          event,
          encodeOnce(topic, event, () => ({ type: "event", topic, event })),
        );
  }

  #onDelta(delta: Delta): void {
    if (this.#heldDeltas) this.#heldDeltas.push(delta);
    else if (this.#isBusy) this.#mustJoin = true;
    else this.#sendDelta(delta);
  }

  #sendEvent(event: RunEvent, frame: Buffer): void {
    const { outbox, topic, onEnd } = this.#options;
    if (this.#isStopped || this.#isOver) return;
    this.#seq = event.seq;
    this.#noteEnd(event);
    outbox.sendLive(topic, frame);
    if (this.#poll) outbox.noteLive(event.at);
    if (!TERMINAL_EVENTS.includes(event.type)) return;
    this.#isOver = true;
    if (!this.#isBusy) this.#release();
    onEnd?.();
  }

  #noteEnd({ type, data }: RunEvent): void {
    if (!CALL_ENDS.includes(type) || typeof data.callId !== "string") return;
    this.#offsets.end(data.callId);
    this.#offsets.end(reasoningStream(data.callId));
  }

  #sendDelta(delta: Delta): void {
    const { outbox, topic, history } = this.#options;
    const { callId, offset, text } = delta;
    const placed = this.#offsets.place(callId, offset, text);
    history.noteLive();
    if (placed === "gap") this.#closeGap();
    else if (placed?.text === text)
      outbox.sendLive(
        topic,
        encodeOnce(topic, delta, () => ({ type: "delta", topic, callId, offset, text })),
      );
    else if (placed) outbox.sendLive(topic, encodeFrame({ type: "delta", topic, callId, ...placed }));
  }

  /** Text was lost on the bus. It is asked for anew, but not for ever: what stays lost is in an event soon. */
  #closeGap(): void {
    if (this.#isBusy || performance.now() - this.#joinedAt < this.#options.limits.pollMs) return;
    this.#mustJoin = true;
    void this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while ((this.#mustRead || this.#mustJoin) && !this.#isStopped) {
        if (this.#mustRead) await this.#read();
        if (this.#mustJoin && !this.#isOver) await this.#join();
      }
    } catch (error) {
      // The next hint or the poll tries again.
      this.#options.ctx.log.warn({ err: error, runId: this.#options.runId }, "a run's events could not be read");
    }
    this.#isBusy = false;
    if (this.#isOver) this.#release();
  }

  async #look(): Promise<boolean> {
    const before = this.#seq;
    this.#mustRead = true;
    await this.#catchUp();
    return this.#seq > before;
  }

  async #read(): Promise<void> {
    for (let isLong = false; ; ) {
      this.#mustRead = false;
      const limit = this.#page.rows;
      const sent = await this.#sendPage(limit, isLong);
      if (!sent) return;
      isLong = sent.rows === limit;
      if (!isLong && !this.#mustRead) return;
      this.#page.note(sent.rows, sent.bytes);
      // Who does not read is read nothing for, and no page is kept for them meanwhile.
      if (isLong && !(await this.#options.outbox.untilSeen(sent.bytes))) return;
    }
  }

  /** `undefined`: the feed was stopped, or its reader has gone. */
  async #sendPage(limit: number, isLong: boolean): Promise<{ rows: number; bytes: number } | undefined> {
    const { outbox, history, topic } = this.#options;
    const read = () => this.#readPage(limit);
    const events = isLong ? await history.later(read) : this.#mustQueue ? await history.first(read) : await read();
    this.#mustQueue = false;
    let bytes = 0;
    for (const event of events) {
      if (this.#isStopped || (!outbox.hasRoom() && !(await outbox.untilRoom()))) return undefined;
      const frame = encodeFrame({ type: "event", topic, event });
      this.#sendEvent(event, frame);
      bytes += frame.byteLength;
    }
    return { rows: events.length, bytes };
  }

  async #readPage(limit: number): Promise<RunEvent[]> {
    const { ctx, runId } = this.#options;
    return this.#isStopped ? [] : (await readRunEvents(ctx, runId, { after: this.#seq, limit })).data;
  }

  async #join(): Promise<void> {
    const { ctx, outbox } = this.#options;
    this.#mustJoin = false;
    this.#joinedAt = performance.now();
    const held: Delta[] = [];
    this.#heldDeltas = held;
    try {
      const calls = await ctx.bus.liveCalls(this.#busTopic);
      if (calls.length > 0) await this.#learnEnds();
      for (const { callId, text } of calls) {
        for (let offset = 0; offset < text.length; offset += PIECE_UNITS) {
          if (this.#isStopped || (!outbox.hasRoom() && !(await outbox.untilRoom()))) return;
          this.#sendDelta({ type: "delta", callId, offset, text: text.slice(offset, offset + PIECE_UNITS) });
        }
      }
    } finally {
      this.#heldDeltas = undefined;
    }
    for (const delta of held) this.#sendDelta(delta);
  }

  /** A worker that died leaves the text of its call behind. Its end lies among the events that the reader has already. */
  async #learnEnds(): Promise<void> {
    const { ctx, runId, after } = this.#options;
    if (after === 0 || this.#knowsEnds) return;
    this.#knowsEnds = true;
    const { data } = await readRunEvents(ctx, runId, { after: Math.max(0, after - PAST), limit: PAST });
    for (const event of data) this.#noteEnd(event);
  }
}
