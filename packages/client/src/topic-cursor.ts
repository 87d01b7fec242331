import { reasoningStream } from "@crew/contracts/reasoning-stream";
import type { RunEvent, RunEventType } from "@crew/contracts/run-events";

/** Text of a model call in flight: `text` begins at UTF-16 code unit `offset`. */
export interface Delta {
  callId: string;
  offset: number;
  text: string;
}

export type CursorAnswer<T> = { take: T } | { drop: true } | { gap: true };

const CALL_ENDS: readonly RunEventType[] = ["llm_call_completed", "llm_call_failed", "attempt_restarted"];

/**
 * How far one reader of a topic has read. Whatever arrives twice, late, out of order or with a hole comes out once, in
 * order and without one: events by `seq`, text by call and offset.
 */
export class TopicCursor {
  readonly #after: number;
  /** By run: a conversation's topic carries one run after another, each numbered from 1. */
  readonly #seqs = new Map<string, number>();
  #seq: number;
  readonly #shown = new Map<string, number>();
  readonly #ended = new Set<string>();

  constructor(after: number) {
    this.#after = after;
    this.#seq = after;
  }

  /** Number of the last event taken, of whichever run came last. */
  get seq(): number {
    return this.#seq;
  }

  event(event: RunEvent): CursorAnswer<RunEvent> {
    const seq = this.#seqs.get(event.runId) ?? (this.#seqs.size === 0 ? this.#after : 0);
    if (event.seq <= seq) return { drop: true };
    if (event.seq > seq + 1) return { gap: true };
    this.#seqs.set(event.runId, event.seq);
    this.#seq = event.seq;
    const callId = event.data.callId;
    if (CALL_ENDS.includes(event.type) && typeof callId === "string") {
      for (const id of [callId, reasoningStream(callId)]) {
        this.#shown.delete(id);
        this.#ended.add(id);
      }
    }
    return { take: event };
  }

  delta(delta: Delta): CursorAnswer<Delta> {
    // The bus is not ordered with the events: a call's last text may arrive after its end.
    if (this.#ended.has(delta.callId)) return { drop: true };
    const shown = this.#shown.get(delta.callId) ?? 0;
    if (delta.offset > shown) return { gap: true };
    const fresh = delta.text.slice(shown - delta.offset);
    if (fresh === "") return { drop: true };
    this.#shown.set(delta.callId, shown + fresh.length);
    return { take: { callId: delta.callId, offset: shown, text: fresh } };
  }
}
