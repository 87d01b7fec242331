import { type RunEvent, TERMINAL_EVENTS } from "@crew/contracts/run-events";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import { getRun } from "@crew/core/runs/get-run";
import { readRunEvents } from "@crew/core/runs/list-run-events";
import type { BusMessage, Ctx } from "@crew/core/system";

export interface Follower {
  /** Stored events in order, each once. Resolves when the reader can take more. */
  event(event: RunEvent): Promise<void>;
  /** Text in flight; may be lost. */
  delta(delta: { callId: string; offset: number; text: string }): Promise<void>;
  /** Nothing was said for a while. */
  idle(): Promise<void>;
}

const PAGE = 500;
/** A reader slower than this many messages reads rows instead: memory must not grow with a slow reader. */
const MAX_INBOX = 256;
/** Also the rhythm in which rows are looked at without a hint: hints may be lost. */
const IDLE_MS = 15_000;

/**
 * Tells `follower` every event of a run after `after`, once and in order, until the run's last one or `signal`. Hints are
 * listened to first and rows read then, so that nothing falls between; what a hint has missed is read from the rows.
 */
export async function followRun(
  ctx: Ctx<"statements" | "bus">,
  runId: string,
  after: number,
  follower: Follower,
  options: { signal: AbortSignal; idleMs?: number },
): Promise<void> {
  const { signal } = options;
  const inbox = new Inbox(signal);
  const unsubscribe = await ctx.bus.subscribe(`run:${runId}`, (message) => inbox.put(message));
  try {
    let seq = after;
    let hasEnded = false;
    const tell = async (events: readonly RunEvent[]) => {
      for (const event of events) {
        if (event.seq <= seq || signal.aborted) continue;
        await follower.event(event);
        seq = event.seq;
        hasEnded ||= TERMINAL_EVENTS.includes(event.type);
      }
    };
    const readRows = async () => {
      // The state first: a run that has ended writes no more, so all its events are among the rows that are read after it.
      const isOver = TERMINAL_STATES.includes((await getRun(ctx, runId)).state);
      for (;;) {
        const { data } = await readRunEvents(ctx, runId, { after: seq, limit: PAGE });
        await tell(data);
        if (data.length < PAGE || signal.aborted) break;
      }
      hasEnded ||= isOver;
    };
    await readRows();
    if (!hasEnded)
      for (const call of await ctx.bus.liveCalls(`run:${runId}`)) await follower.delta({ callId: call.callId, offset: 0, text: call.text });
    while (!hasEnded && !signal.aborted) {
      const next = await inbox.take(options.idleMs ?? IDLE_MS);
      if (next === "idle") await follower.idle();
      if (next === "idle" || next === "overflow") await readRows();
      else if (next?.type === "delta") await follower.delta({ callId: next.callId, offset: next.offset, text: next.text });
      else if (next?.type === "events") {
        if (next.toSeq > 0 && next.toSeq <= seq) continue;
        if (next.events && next.fromSeq <= seq + 1) await tell(next.events);
        else await readRows();
      }
    }
  } finally {
    await unsubscribe();
  }
}

/** Messages between the bus, which never waits, and a reader, who may be slow. */
class Inbox {
  #messages: BusMessage[] = [];
  #hasOverflowed = false;
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#wake?.(), { once: true });
  }

  put(message: BusMessage): void {
    if (this.#messages.length >= MAX_INBOX) {
      this.#messages = [];
      this.#hasOverflowed = true;
    }
    if (!this.#hasOverflowed) this.#messages.push(message);
    this.#wake?.();
  }

  /** The next message; `overflow` once when some were dropped; `idle` when none came; `undefined` when the reader has gone. */
  async take(idleMs: number): Promise<BusMessage | "idle" | "overflow" | undefined> {
    if (!this.#isReady()) await this.#untilWoken(idleMs);
    if (this.#signal.aborted) return undefined;
    if (this.#hasOverflowed) {
      this.#hasOverflowed = false;
      this.#messages = [];
      return "overflow";
    }
    return this.#messages.shift() ?? "idle";
  }

  #isReady(): boolean {
    return this.#signal.aborted || this.#hasOverflowed || this.#messages.length > 0;
  }

  async #untilWoken(idleMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, idleMs);
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
