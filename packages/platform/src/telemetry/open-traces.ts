import type { Metrics } from "@crew/core/metrics";
import type { Log } from "@crew/core/system";
import type { OpenSpan, SpanAttributes, SpanStart, Traces } from "@crew/core/traces-port";
import type { Span as ApiSpan, Attributes, Context, SpanContext, SpanKind, SpanStatusCode, TraceAPI, Tracer } from "@opentelemetry/api";
import type { TracerProviderOptions } from "@opentelemetry/sdk-trace";
import { rememberSecret } from "../secrets/redact-secrets.ts";
import { runTraceIds, SpanIds } from "./run-trace-ids.ts";
import { traceScope } from "./trace-scope.ts";
import { watchedExporter } from "./watched-exporter.ts";

/** Where spans go: an address that the operator has given, so it may be private. */
export interface TraceSettings {
  /** Of the collector; `/v1/traces` is added. */
  endpoint: string;
  headers: Record<string, string>;
  /** The part of all traces that is kept, between 0 and 1. */
  sample: number;
}

/** Spans that wait for the collector; beyond it the newest are dropped. */
const MOST_WAITING = 2_048;
const EXPORT_TIMEOUT_MS = 5_000;
/** What an attribute may say at most: names and codes are shorter. */
const MOST_CHARACTERS = 300;

/** Of the API, which is loaded only where there is a collector. */
interface Api {
  trace: TraceAPI;
  ROOT: Context;
  kinds: Record<"server" | "client" | "internal", SpanKind>;
  SAMPLED: number;
  ERROR: SpanStatusCode;
}

/** Spans to a collector by OTLP over HTTP, in JSON. What it does not take in time is lost, and nothing waits for it. */
export async function openTraces(
  settings: TraceSettings,
  about: { service: string; instance: string; version: string; log: Log; metrics: Metrics; delayMs?: number },
): Promise<Traces & AsyncDisposable> {
  const [api, sdk, { OTLPTraceExporter }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
  ]);
  for (const value of Object.values(settings.headers)) rememberSecret(value);
  const ids = new SpanIds();
  const url = `${settings.endpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers: settings.headers, timeoutMillis: EXPORT_TIMEOUT_MS, concurrencyLimit: 2 });
  const provider = new sdk.TracerProvider({
    sampler: new sdk.TraceIdRatioBasedSampler(settings.sample),
    idGenerator: ids,
    resource: plainResource({ "service.name": about.service, "service.version": about.version, "service.instance.id": about.instance }),
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS, attributeCountLimit: 32, linkCountLimit: 8 },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: watchedExporter(exporter, about),
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: about.delayMs ?? 2_000,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  const { SERVER: server, CLIENT: client, INTERNAL: internal } = api.SpanKind;
  const parts: Api = {
    trace: api.trace,
    ROOT: api.ROOT_CONTEXT,
    kinds: { server, client, internal },
    SAMPLED: api.TraceFlags.SAMPLED,
    ERROR: api.SpanStatusCode.ERROR,
  };
  return {
    ...tracesOf(provider.getTracer("crew", about.version), ids, parts),
    // The collector may be away for good: the process ends without it.
    [Symbol.asyncDispose]: () => provider.shutdown().catch(() => {}),
  };
}

function tracesOf(tracer: Tracer, ids: SpanIds, api: Api): Traces {
  const contextOfRun = (runId: string): SpanContext => ({ ...runTraceIds(runId), traceFlags: api.SAMPLED, isRemote: true });

  function begin({ name, kind, attributes, runId }: SpanStart): OpenSpan {
    const parent = runId ? api.trace.setSpanContext(api.ROOT, contextOfRun(runId)) : (traceScope.getStore()?.context ?? api.ROOT);
    const span = tracer.startSpan(name, { kind: api.kinds[kind ?? "internal"], attributes: told(attributes) }, parent);
    const scope = { context: api.trace.setSpan(parent, span), traceId: span.spanContext().traceId };
    return {
      set: (more) => void span.setAttributes(told(more)),
      fail: (type) => failed(span, type, api),
      link: (run) => void span.addLink({ context: contextOfRun(run), attributes: { "crew.run.id": run } }),
      within: (work) => traceScope.run(scope, work),
      end: () => span.end(),
    };
  }

  return {
    isOn: true,
    begin,
    async span(start, work) {
      const span = begin(start);
      try {
        return await span.within(() => work(span));
      } finally {
        span.end();
      }
    },
    endRun({ runId, name, startedAt, attributes, failure }) {
      const options = { root: true, startTime: new Date(startedAt), attributes: told({ ...attributes, "crew.run.id": runId }) };
      const span = ids.as(runTraceIds(runId), () => tracer.startSpan(name, options, api.ROOT));
      if (failure !== null) failed(span, failure, api);
      span.end();
    },
  };
}

/** What the process says of itself: nothing that it would have to look for. */
function plainResource(attributes: Record<string, string>): NonNullable<TracerProviderOptions["resource"]> {
  return { attributes, merge: () => plainResource(attributes), getRawAttributes: () => Object.entries(attributes) };
}

function told(attributes: SpanAttributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined)) as Attributes;
}

function failed(span: ApiSpan, type: string, { ERROR }: Api): void {
  span.setAttribute("error.type", type).setStatus({ code: ERROR });
}
