import { createServer } from "node:http";
import type { Metrics } from "@crew/core/system";

const HELP = {
  security_events: "Attacks, lockouts and refusals by kind",
  http_requests: "Answered requests by route, method and status",
} as const satisfies Record<Parameters<Metrics["count"]>[0], string>;

/** Counts nothing, where nobody asks. */
export const NO_METRICS: Metrics = { count: () => {} };

/** `/metrics` for Prometheus on a port of its own, which the load balancer does not know. */
export async function openMetrics(at: { host: string; port: number }): Promise<{ metrics: Metrics; port: number } & AsyncDisposable> {
  const { Counter, collectDefaultMetrics, Registry } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "crew_" });
  const labelNames = { security_events: ["kind", "severity"], http_requests: ["route", "method", "status"] };
  const counterOf = (name: keyof typeof HELP) =>
    new Counter({ name: `crew_${name}_total`, help: HELP[name], labelNames: labelNames[name], registers: [registry] });
  const counters = { security_events: counterOf("security_events"), http_requests: counterOf("http_requests") };
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") return response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(at.port, at.host, resolve));
  const address = server.address();
  return {
    metrics: { count: (name, labels) => counters[name].inc(labels) },
    port: typeof address === "object" && address ? address.port : at.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      registry.clear();
    },
  };
}
