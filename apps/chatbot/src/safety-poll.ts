/**
 * Asks the rows when no hint has come for a while, since hints may be lost: soon while that finds something, which is
 * when the bus is away, and ever more seldom while it does not.
 */
export class SafetyPoll {
  readonly #look: () => Promise<boolean>;
  readonly #fastMs: number;
  readonly #slowMs: number;
  #waitMs: number;
  #hintAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `look` tells whether there was anything new; it does not reject. */
  constructor(look: () => Promise<boolean>, { fastMs, slowMs }: { fastMs: number; slowMs: number }) {
    this.#look = look;
    this.#fastMs = fastMs;
    this.#slowMs = slowMs;
    this.#waitMs = fastMs;
    this.#schedule(fastMs);
  }

  noteHint(): void {
    this.#hintAt = performance.now();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(waitMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#tick(), waitMs * (0.9 + Math.random() * 0.2));
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    const quietMs = performance.now() - this.#hintAt;
    if (quietMs < this.#waitMs * 0.9) return this.#schedule(this.#waitMs - quietMs);
    const foundSome = await this.#look();
    this.#waitMs = foundSome ? this.#fastMs : Math.min(this.#waitMs * 1.5, this.#slowMs);
    this.#schedule(this.#waitMs);
  }
}
