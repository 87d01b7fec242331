import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { COUNTERS, type CounterName, GAUGES, HISTOGRAMS, type HistogramName, type Metrics } from "@crew/core/metrics";

/** Keeps no figures, where nobody asks. */
export const NO_METRICS: Metrics = { count: () => {}, observe: () => {}, gauge: () => {} };

/** `/metrics` for Prometheus on a port of its own, which the load balancer does not know. */
export async function openMetrics(at: { host: string; port: number }): Promise<{ metrics: Metrics; port: number } & AsyncDisposable> {
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "crew_" });
  const counterOf = (name: CounterName) =>
    new Counter({ name: `crew_${name}_total`, help: COUNTERS[name].help, labelNames: COUNTERS[name].labels, registers: [registry] });
  const counters = new Map((Object.keys(COUNTERS) as CounterName[]).map((name) => [name, counterOf(name)]));
  const histogramOf = (name: HistogramName) => {
    const { help, labels: labelNames, buckets } = HISTOGRAMS[name];
    return new Histogram({ name: `crew_${name}`, help, labelNames, buckets: [...buckets], registers: [registry] });
  };
  const histograms = new Map((Object.keys(HISTOGRAMS) as HistogramName[]).map((name) => [name, histogramOf(name)]));
  const metrics: Metrics = {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, labels, seconds) => histograms.get(name)?.observe(labels, seconds),
    gauge(name, read) {
      new Gauge({
        name: `crew_${name}`,
        help: GAUGES[name].help,
        labelNames: GAUGES[name].labels,
        registers: [registry],
        async collect() {
          // What was there a reading ago may be gone.
          this.reset();
          for (const { labels, value } of await Promise.resolve(read()).catch(() => [])) this.set(labels, value);
        },
      });
    },
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  metrics.gauge("event_loop_delay_seconds", () => {
    const value = delay.max / 1e9;
    delay.reset();
    return [{ labels: {}, value }];
  });
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
    metrics,
    port: typeof address === "object" && address ? address.port : at.port,
    async [Symbol.asyncDispose]() {
      delay.disable();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      registry.clear();
    },
  };
}
