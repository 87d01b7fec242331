import { createHash } from "node:crypto";

export interface Effect {
  /** From 1, in the order of arrival. */
  id: number;
  at: string;
  /** Which effect was asked for: the last part of the address, or the name of the MCP tool. */
  name: string;
  /** What the caller says stays the same when it asks again. */
  key: string | null;
  /** SHA-256 of the body, in hex. */
  bodyHash: string;
  /** The key was known and the sink dedupes: it was answered, and nothing happened. */
  isRepeat: boolean;
  outcome: "open" | "answered" | "faulted" | "caller_gone";
}

/** The judge of how often something happened in the world. A line is written before anything is answered, and none is ever changed but for how it ended. */
export class EffectJournal {
  readonly effects: Effect[] = [];
  readonly #waiting = new Set<{ count: number; resolve(): void }>();

  take(asked: { name: string; key: string | null; body: string; isDeduping: boolean }): Effect {
    const { name, key, body, isDeduping } = asked;
    const isKnown = key !== null && this.effects.some((one) => one.name === name && one.key === key);
    const effect: Effect = {
      id: this.effects.length + 1,
      at: new Date().toISOString(),
      name,
      key,
      bodyHash: createHash("sha256").update(body).digest("hex"),
      isRepeat: isDeduping && isKnown,
      outcome: "open",
    };
    this.effects.push(effect);
    for (const waiter of this.#waiting) if (this.effects.length >= waiter.count) waiter.resolve();
    return effect;
  }

  async waitFor(count: number, timeoutMs: number): Promise<void> {
    if (this.effects.length >= count) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { count, resolve };
    this.#waiting.add(waiter);
    const timer = setTimeout(
      () => reject(new Error(`effects sink: ${this.effects.length} of ${count} hits within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
    }
  }
}
