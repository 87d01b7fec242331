/** Takes exact lengths out of a stream whose pieces have any. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer[] = [];
  #size = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Rejects with `short()` when the stream ends before. */
  async take(length: number, short: () => Error): Promise<Buffer> {
    while (this.#size < length) if (!(await this.#more())) throw short();
    const all = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held, this.#size);
    this.#held = all.length > length ? [all.subarray(length)] : [];
    this.#size = all.length - length;
    return all.subarray(0, length);
  }

  async isMore(): Promise<boolean> {
    return this.#size > 0 || (await this.#more());
  }

  /** Ends the stream early; what it holds open is closed. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done) return false;
      if (value.length === 0) continue;
      this.#held.push(value);
      this.#size += value.length;
      return true;
    }
  }
}
