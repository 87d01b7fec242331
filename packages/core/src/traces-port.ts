/**
 * What a span may say: names, counts, codes and ids. Never what a person, a model or a tool has said, and no address that
 * may hold a token.
 */
export type SpanAttributes = Record<string, string | number | boolean | string[] | null | undefined>;

export interface SpanStart {
  name: string;
  /** `server`: asked by somebody outside; `client`: asks somebody outside; absent: neither. */
  kind?: "server" | "client";
  attributes: SpanAttributes;
  /** In the trace of this run, directly below the run itself; absent: below the span that is open here. */
  runId?: string;
}

export interface Span {
  set(attributes: SpanAttributes): void;
  /** What is open is told by a class of failure or a code, never by a message: that may quote what was said. */
  fail(type: string): void;
  /** The run that was begun here has a trace of its own. */
  link(runId: string): void;
}

/** A span that is not one function's. */
export interface OpenSpan extends Span {
  /** What `work` begins is below this span. */
  within<T>(work: () => T): T;
  end(): void;
}

/** A run from being accepted to its end, told once, by whoever has ended it. */
export interface EndedRun {
  runId: string;
  name: string;
  startedAt: string;
  attributes: SpanAttributes;
  failure: string | null;
}

/**
 * Spans for whoever follows single requests and runs through the services. All that is done for a run by any worker is one
 * trace, whose id follows from the run's.
 */
export interface Traces {
  /** False: nothing is kept, and none of this costs anything worth saving. */
  readonly isOn: boolean;
  /** A span as long as `work`, also when that rejects. */
  span<T>(start: SpanStart, work: (span: Span) => Promise<T>): Promise<T>;
  begin(start: SpanStart): OpenSpan;
  endRun(run: EndedRun): void;
}
