import { setTimeout as delay } from "node:timers/promises";

/** For each moment of reading, so many of rest: one where nobody is spoken to, and up to these. */
const MOST_RESTS = 10;
/** So many pieces of live text a second are worth one rest more. */
const PIECES_PER_REST = 250;

/**
 * Where stored events are read, a page at a time, so that many who ask for much do not delay the words that others are
 * waiting for: the more of those there are, the longer are the rests between the pages of long histories. First pages
 * have a lane of their own, without rests: most histories are one page.
 */
export class HistoryLane {
  #firstIsFree: Promise<void> = Promise.resolve();
  #laterIsFree: Promise<void> = Promise.resolve();
  #pieces = 0;
  #countedFrom = performance.now();

  /** A piece of live text went out. */
  noteLive(): void {
    this.#pieces++;
  }

  async first<T>(read: () => Promise<T>): Promise<T> {
    const before = this.#firstIsFree;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#firstIsFree = promise;
    await before;
    return read().finally(resolve);
  }

  async later<T>(read: () => Promise<T>): Promise<T> {
    const before = this.#laterIsFree;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#laterIsFree = promise;
    await before;
    const startedAt = performance.now();
    return read().finally(() => void delay((performance.now() - startedAt) * this.#rests()).then(resolve));
  }

  #rests(): number {
    const seconds = (performance.now() - this.#countedFrom) / 1_000;
    const more = this.#pieces / seconds / PIECES_PER_REST;
    this.#pieces = 0;
    this.#countedFrom = performance.now();
    return Math.min(1 + more, MOST_RESTS);
  }
}
