import { advanceRun, type LiveInput } from "@crew/client/live-run";
import { EMPTY_LIVE_RUN, type LiveRunView } from "@crew/client/live-run-view";
import type { LiveSocket } from "@crew/client/open-live-socket";
import type { RunEvent } from "@crew/contracts/run-events";

export interface LiveRunSnapshot {
  view: LiveRunView;
  /** Everything stored, in order; grows in place, so read `events.length` anew with each snapshot. */
  events: readonly RunEvent[];
  /** `loading`: what is stored is being read; half a history would show states that are long over, so none is shown. `following`: all of it is here, and what comes is shown as it comes. */
  phase: "loading" | "following" | "failed";
  error: unknown;
}

export interface EventSource {
  /** Events after `after`, at most `limit`. */
  read(after: number, limit: number): Promise<RunEvent[]>;
}

const PAGE = 1_000;
/** Pages that are read at once when the first one was full. */
const WIDTH = 4;

/**
 * One run as a page watches it: the stored events are read in large pages, then the socket continues after the last of
 * them. What arrives within one frame of the screen is drawn together.
 */
export class LiveRunStore {
  readonly #source: EventSource;
  readonly #schedule: (draw: () => void) => void;
  readonly #listeners = new Set<() => void>();
  readonly #events: RunEvent[] = [];
  #snapshot: LiveRunSnapshot = { view: EMPTY_LIVE_RUN, events: this.#events, phase: "loading", error: null };
  #pending: LiveInput[] = [];
  #isScheduled = false;
  #isLoading = false;

  constructor(source: EventSource, schedule: (draw: () => void) => void = drawSoon) {
    this.#source = source;
    this.#schedule = schedule;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveRunSnapshot => this.#snapshot;

  /** Reads what is stored. Call again after a failure: it goes on after the last event that it has. */
  async load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      for (let width = 1, isMore = true; isMore; width = WIDTH) {
        // Numbers have no gaps, so where the next pages begin is known before the one in front of them has come.
        const from = this.#lastSeq;
        const pages = await Promise.all(Array.from({ length: width }, (_, page) => this.#source.read(from + page * PAGE, PAGE)));
        isMore = pages.every((page) => page.length === PAGE);
        for (const event of pages.flat()) this.#take({ event });
      }
      this.#flush({ phase: "following", error: null });
    } catch (error) {
      this.#flush({ phase: "failed", error });
    } finally {
      this.#isLoading = false;
    }
  }

  /** Continues from the socket until the returned function is called. */
  follow(socket: LiveSocket, topic: string): () => void {
    return socket.subscribe(topic, {
      after: this.#lastSeq,
      onEvent: (event) => this.#take({ event }),
      onDelta: (delta) => this.#take({ delta }),
    });
  }

  get #lastSeq(): number {
    return this.#events.at(-1)?.seq ?? 0;
  }

  #take(input: LiveInput): void {
    if ("event" in input) {
      if (input.event.seq !== this.#lastSeq + 1) return;
      this.#events.push(input.event);
    }
    this.#pending.push(input);
    if (this.#isScheduled || this.#isLoading) return;
    this.#isScheduled = true;
    this.#schedule(() => {
      this.#isScheduled = false;
      this.#flush({});
    });
  }

  #flush(change: Partial<LiveRunSnapshot>): void {
    const view = advanceRun(this.#snapshot.view, this.#pending);
    this.#pending = [];
    this.#snapshot = { ...this.#snapshot, view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** A hidden page gets no animation frames, and its view must not fall behind by minutes. */
function drawSoon(draw: () => void): void {
  if (document.visibilityState === "visible") requestAnimationFrame(draw);
  else setTimeout(draw, 250);
}
