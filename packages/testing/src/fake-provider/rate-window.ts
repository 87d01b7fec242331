import type { FakeScript } from "./fake-script.ts";

type RateLimit = NonNullable<FakeScript["rateLimit"]>;

/** What was let through in the window that ends now, as a provider that counts exactly would know it. */
export class RateWindow {
  readonly #limit: RateLimit;
  readonly #passed: { at: number; tokens: number }[] = [];

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** Lets a call pass, or says in how many milliseconds there will be room for it. */
  pass(tokens: number, now = performance.now()): { waitMs: number } | undefined {
    const { requests = Number.POSITIVE_INFINITY, windowMs, ...limit } = this.#limit;
    const most = limit.tokens ?? Number.POSITIVE_INFINITY;
    while (this.#passed[0] && this.#passed[0].at <= now - windowMs) this.#passed.shift();
    let count = this.#passed.length + 1;
    let sum = this.#passed.reduce((all, call) => all + call.tokens, tokens);
    let waitMs = 0;
    for (const call of this.#passed) {
      if (count <= requests && sum <= most) break;
      count -= 1;
      sum -= call.tokens;
      waitMs = call.at + windowMs - now;
    }
    if (waitMs > 0) return { waitMs: Math.ceil(waitMs) };
    this.#passed.push({ at: now, tokens });
    return undefined;
  }
}
