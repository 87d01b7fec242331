const MAX_ENDED = 500;

/** How much text of each call in flight a reader has been sent: what comes twice is cut, what does not join is seen. */
export class LiveOffsets {
  readonly #sent = new Map<string, number>();
  readonly #ended = new Set<string>();

  place(callId: string, offset: number, text: string): { offset: number; text: string } | "gap" | undefined {
    if (this.#ended.has(callId)) return undefined;
    const sent = this.#sent.get(callId) ?? 0;
    if (offset > sent) return "gap";
    const fresh = text.slice(sent - offset);
    if (fresh === "") return undefined;
    this.#sent.set(callId, sent + fresh.length);
    return { offset: sent, text: fresh };
  }

  end(callId: string): void {
    this.#sent.delete(callId);
    this.#ended.add(callId);
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(oldest);
    }
  }
}
