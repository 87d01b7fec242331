import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  /** 2: it failed. */
  status: number;
  seconds: number;
}

export interface TraceCollector extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  spans: CollectedSpan[];
  /** Headers of the last request. */
  headers: Record<string, unknown>;
  /** Everything that was sent, as it came. */
  bodies: string[];
  /** What it answers from now on. */
  answer(status: number): void;
}

type Value = { stringValue?: string; intValue?: number; doubleValue?: number; boolValue?: boolean; arrayValue?: { values: Value[] } };
interface Wire {
  resourceSpans: {
    resource: { attributes: { key: string; value: Value }[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}
interface WireSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes: { key: string; value: Value }[];
  links?: { traceId: string; spanId: string }[];
  status: { code: number };
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

/** A collector of traces on loopback: it takes OTLP over HTTP in JSON and keeps it. */
export async function startTraceCollector(): Promise<TraceCollector> {
  let status = 200;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    collector.headers = request.headers;
    if (status === 200 && request.method === "POST" && request.url === "/v1/traces") {
      collector.bodies.push(body);
      collector.spans.push(...spansOf(JSON.parse(body) as Wire));
    }
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const collector: TraceCollector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    headers: {},
    bodies: [],
    answer(next) {
      status = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return collector;
}

function spansOf({ resourceSpans }: Wire): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)["service.name"]);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ startTimeUnixNano, endTimeUnixNano, status, attributes, links = [], parentSpanId, ...span }) => ({
        ...span,
        service,
        parentSpanId: parentSpanId ?? null,
        attributes: plain(attributes),
        links: links.map(({ traceId, spanId }) => ({ traceId, spanId })),
        status: status.code,
        seconds: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9,
      })),
    );
  });
}

function plain(attributes: { key: string; value: Value }[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue({ arrayValue, ...value }: Value): unknown {
  return arrayValue ? arrayValue.values.map(plainValue) : Object.values(value)[0];
}
