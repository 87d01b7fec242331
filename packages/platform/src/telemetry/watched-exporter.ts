import type { Metrics } from "@crew/core/metrics";
import type { Log } from "@crew/core/system";
import type { SpanExporter } from "@opentelemetry/sdk-trace";

/** Counts what the collector took and what was lost, with one line in the log when it goes and one when it is back. */
export function watchedExporter(exporter: SpanExporter, { log, metrics }: { log: Log; metrics: Metrics }): SpanExporter {
  let isAway = false;
  const note = (isTaken: boolean, spans: number, error: Error | undefined) => {
    metrics.count("trace_spans", { outcome: isTaken ? "sent" : "lost" }, spans);
    if (isTaken && isAway) log.info({}, "the collector of traces is back");
    if (!isTaken && !isAway) log.warn({ err: error }, "the collector of traces takes no spans: they are lost, and nothing else is");
    isAway = !isTaken;
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        note(result.code === 0, spans.length, result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
