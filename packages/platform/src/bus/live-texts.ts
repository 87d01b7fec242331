import type { BusMessage } from "@crew/core/system";

export type Delta = Extract<BusMessage, { type: "delta" }>;

export interface LiveText {
  text: string;
}

export const LIVE_TEXT_LIMITS = {
  /** UTF-16 code units of one call: the largest answer that is shown while it is written. */
  textUnits: 1024 * 1024,
  callsPerTopic: 32,
  topics: 2_000,
  totalUnits: 64 * 1024 * 1024,
} as const;

/**
 * Cuts a delta where the call's text reaches its limit, for every reader alike: were only the text so far cut, one who
 * joins late would see a gap that never closes. `undefined`: nothing of it is left.
 */
export function clipDelta(delta: Delta): Delta | undefined {
  const room = LIVE_TEXT_LIMITS.textUnits - delta.offset;
  if (room <= 0 || delta.text.length === 0) return undefined;
  return delta.text.length <= room ? delta : { ...delta, text: delta.text.slice(0, room) };
}

/** Text so far of the calls in flight, bounded; the topic that was written to longest ago goes first. */
export class LiveTexts {
  readonly #topics = new Map<string, Map<string, LiveText>>();
  #units = 0;

  /** `added` is what the delta brings beyond what was known. `undefined` when it does not join on to that. */
  append(topic: string, delta: Delta): { live: LiveText; added: string } | undefined {
    const calls = this.#topics.get(topic) ?? new Map<string, LiveText>();
    const live = calls.get(delta.callId) ?? { text: "" };
    if (delta.offset > live.text.length) {
      // A hole: what follows could never be placed, so that no text is better than a wrong one.
      this.end(topic, delta.callId);
      return undefined;
    }
    const added = delta.text.slice(live.text.length - delta.offset);
    live.text += added;
    this.#units += added.length;
    calls.set(delta.callId, live);
    this.#topics.delete(topic);
    this.#topics.set(topic, calls);
    this.#keepWithinLimits(topic, calls);
    return { live, added };
  }

  list(topic: string): { callId: string; text: string }[] {
    return [...(this.#topics.get(topic) ?? [])].map(([callId, live]) => ({ callId, text: live.text }));
  }

  end(topic: string, callId: string): void {
    const calls = this.#topics.get(topic);
    const live = calls?.get(callId);
    if (!calls || !live) return;
    this.#units -= live.text.length;
    calls.delete(callId);
    if (calls.size === 0) this.#topics.delete(topic);
  }

  #keepWithinLimits(topic: string, calls: Map<string, LiveText>): void {
    for (const callId of calls.keys()) {
      if (calls.size <= LIVE_TEXT_LIMITS.callsPerTopic) break;
      this.end(topic, callId);
    }
    for (const [oldest, oldCalls] of this.#topics) {
      if (this.#topics.size <= LIVE_TEXT_LIMITS.topics && this.#units <= LIVE_TEXT_LIMITS.totalUnits) break;
      if (oldest === topic) break;
      for (const callId of [...oldCalls.keys()]) this.end(oldest, callId);
    }
  }
}
