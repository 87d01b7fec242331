import { expect, test } from "vitest";
import { openMetrics } from "./open-metrics.ts";

test("/metrics tells what was counted, and nothing else is there [ASVS 13.4.5]", async () => {
  await using watched = await openMetrics({ host: "127.0.0.1", port: 0 });
  watched.metrics.count("security_events", { kind: "sign_in.failed", severity: "warning" });
  watched.metrics.count("security_events", { kind: "sign_in.failed", severity: "warning" });
  watched.metrics.observe("http_request_seconds", { route: "/v1/runs", method: "GET" }, 0.02);
  watched.metrics.observe("http_request_seconds", { route: "/v1/runs", method: "GET" }, 3);
  const origin = `http://127.0.0.1:${watched.port}`;
  const answer = await fetch(`${origin}/metrics`);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  const text = await answer.text();
  expect(text).toContain('crew_security_events_total{kind="sign_in.failed",severity="warning"} 2');
  const bucket = (le: string) => `crew_http_request_seconds_bucket{le="${le}",route="/v1/runs",method="GET"}`;
  expect(text).toContain(`${bucket("0.01")} 0`);
  expect(text).toContain(`${bucket("0.025")} 1`);
  expect(text).toContain(`${bucket("+Inf")} 2`);
  expect(text).toContain('crew_http_request_seconds_sum{route="/v1/runs",method="GET"} 3.02');
  expect(text).toContain("crew_nodejs_eventloop_lag_seconds");
  for (const [path, method] of [
    ["/", "GET"],
    ["/metrics", "POST"],
  ] as const)
    expect((await fetch(`${origin}${path}`, { method })).status).toBe(404);
});
