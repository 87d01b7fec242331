import { createHash, randomBytes } from "node:crypto";

/**
 * The trace of a run and the span that stands for the run itself follow from its id alone: each worker that takes the run
 * up, and the request that began it, know them without having been told. A digest, so that sampling by trace ids is fair.
 */
export function runTraceIds(runId: string): { traceId: string; spanId: string } {
  const digest = createHash("sha256").update("crew run ").update(runId).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** Random ids, but for the one span that is given its own. */
export class SpanIds {
  #given: { traceId: string; spanId: string } | undefined;

  /** `start` makes one root span. */
  as<T>(ids: { traceId: string; spanId: string }, start: () => T): T {
    this.#given = ids;
    try {
      return start();
    } finally {
      this.#given = undefined;
    }
  }

  generateTraceId(): string {
    return this.#given?.traceId ?? randomBytes(16).toString("hex");
  }

  generateSpanId(): string {
    return this.#given?.spanId ?? randomBytes(8).toString("hex");
  }
}
