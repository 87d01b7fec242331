import { setTimeout as delay } from "node:timers/promises";

/** For each moment of reading, so many of rest: one where nobody is spoken to, and up to these. */
const MOST_RESTS = 30;
/** So many pieces of live text a second are worth one rest more. */
const PIECES_PER_REST = 100;

/**
 * Where stored events are read, a page at a time, so that many who ask for much do not delay the words that others are
 * waiting for: the more of those there are, the longer are the rests between the pages of long histories. First pages
 * have a lane of their own, without rests: most histories are one page.
 */
export class HistoryLane {
  readonly #first: Queue = { isFree: Promise.resolve() };
  readonly #later: Queue = { isFree: Promise.resolve() };
  #pieces = 0;
  #countedFrom = performance.now();

  /** A piece of live text went out. */
  noteLive(): void {
    this.#pieces++;
  }

  first<T>(read: () => Promise<T>): Promise<T> {
    return inTurn(this.#first, read);
  }

  later<T>(read: () => Promise<T>): Promise<T> {
    return inTurn(this.#later, read, (tookMs) => delay(tookMs * this.#rests()));
  }

  #rests(): number {
    const seconds = (performance.now() - this.#countedFrom) / 1_000;
    const more = this.#pieces / seconds / PIECES_PER_REST;
    this.#pieces = 0;
    this.#countedFrom = performance.now();
    return Math.min(1 + more, MOST_RESTS);
  }
}

interface Queue {
  /** Of whoever came last. */
  isFree: Promise<void>;
}

/** One after the other; `rest` is how long it stays empty after each, which whoever has read does not wait for. */
async function inTurn<T>(queue: Queue, read: () => Promise<T>, rest?: (tookMs: number) => Promise<void>): Promise<T> {
  const before = queue.isFree;
  const { promise, resolve } = Promise.withResolvers<void>();
  queue.isFree = promise;
  await before;
  const startedAt = performance.now();
  return read().finally(() => {
    if (rest) void rest(performance.now() - startedAt).then(resolve);
    else resolve();
  });
}
