import { COUNTERS, GAUGES, HISTOGRAMS } from "@crew/core/metrics";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { DASHBOARD_ROWS } from "../deploy/monitoring/dashboard-panels.ts";
import { read, sourceFiles } from "./source-tree.ts";

/** What watches the platform asks for figures that there are, and every alert has its words. */

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: { severity?: string };
  annotations?: { summary?: string };
}
interface Service {
  image: string;
  user?: string;
  ports?: unknown;
  environment?: Record<string, string>;
  networks: string[];
  volumes?: (string | object)[];
  configs: { source: string; target: string }[];
  [key: string]: unknown;
}

const rules = (parse(read("deploy/monitoring/alerts.yaml")) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const operations = read("docs/operations.md");
const prometheus = parse(read("deploy/monitoring/prometheus.yaml")) as {
  rule_files: string[];
  scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
};
const jobs = prometheus.scrape_configs.map(({ job_name }) => job_name);

/** Every name that Prometheus can know, with its labels. */
const KNOWN = new Map<string, readonly string[]>([
  ...Object.entries(COUNTERS).map(([name, { labels }]) => [`crew_${name}_total`, labels] as const),
  ...Object.entries(GAUGES).map(([name, { labels }]) => [`crew_${name}`, labels] as const),
  ...Object.entries(HISTOGRAMS).flatMap(([name, { labels }]) => [
    [`crew_${name}_bucket`, [...labels, "le"]] as const,
    [`crew_${name}_sum`, labels] as const,
    [`crew_${name}_count`, labels] as const,
  ]),
  // What prom-client says of any process.
  ["crew_process_resident_memory_bytes", []],
  ["crew_process_cpu_seconds_total", []],
  ["up", []],
]);
/** Put on every figure by Prometheus. */
const BY_PROMETHEUS = ["job", "instance"];
const records = new Set(rules.flatMap(({ record }) => record ?? []));

/** What is wrong with the names in an expression of PromQL. */
function faultsOf(expr: string, legend = ""): string[] {
  const bare = expr.replace(/"[^"]*"/g, '""');
  const names = [...new Set(bare.match(/\b(crew_[a-z0-9_]+|up)\b(?!\s*\()/g) ?? [])];
  const recorded = bare.match(/\bcrew:[a-z0-9_:]+/g) ?? [];
  const labels = new Set(names.flatMap((name) => KNOWN.get(name) ?? []).concat(BY_PROMETHEUS));
  const used = [
    ...[...bare.matchAll(/(crew_[a-z0-9_]+|up)\{([^}]*)\}/g)].flatMap(([, name = "", inside = ""]) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]
        .map(([, label = ""]) => label)
        .filter((label) => ![...(KNOWN.get(name) ?? []), ...BY_PROMETHEUS].includes(label))
        .map((label) => `${label} of ${name}`),
    ),
    ...[...bare.matchAll(/\b(?:by|without)\s*\(([^)]*)\)/g)]
      .flatMap(([, inside = ""]) => inside.split(",").map((label) => label.trim()))
      .filter((label) => !labels.has(label)),
    ...[...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = ""]) => label).filter((label) => !labels.has(label)),
    ...(bare.match(/\$\w+/g) ?? []).filter((variable) => variable !== "$__rate_interval"),
  ];
  return [
    ...names.filter((name) => !KNOWN.has(name)),
    ...recorded.filter((name) => !records.has(name)),
    ...(names.length + recorded.length === 0 ? [`asks for nothing: ${expr}`] : []),
    ...used,
  ];
}

describe("alerts", () => {
  test("ask for figures and labels that there are", () => {
    expect(alerts.length).toBeGreaterThan(20);
    expect(rules.flatMap(({ alert, record, expr }) => faultsOf(expr).map((fault) => `${alert ?? record}: ${fault}`))).toEqual([]);
  });

  test("the reader of expressions finds what is wrong", () => {
    expect(faultsOf('sum by (nobody) (rate(crew_nothing_total{route="x"}[5m]))')).toEqual([
      "crew_nothing_total",
      "route of crew_nothing_total",
      "nobody",
    ]);
    expect(faultsOf('max(crew_runs{state="queued", kind!~"a"}) > crew:none:ratio5m')).toEqual(["crew:none:ratio5m", "kind of crew_runs"]);
    expect(faultsOf("rate(crew_http_request_seconds_bucket[$range])", "{{route}} {{id}}")).toEqual(["id", "$range"]);
  });

  test("have a name each, a severity and words, with labels that their expression leaves", () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.filter(({ labels }) => !["page", "ticket"].includes(labels?.severity ?? "")).map(({ alert }) => alert)).toEqual([]);
    for (const { alert, annotations, expr } of alerts) {
      const summary = annotations?.summary ?? "";
      expect(summary, alert).toMatch(/\.$/);
      for (const [, label = ""] of summary.matchAll(/\$labels\.(\w+)/g)) {
        const isLeft =
          new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr) ||
          (!/\b(sum|max|min|count|absent)\b/.test(expr) && BY_PROMETHEUS.includes(label));
        expect(isLeft, `${alert} names ${label}`).toBe(true);
      }
    }
  });

  test("have a section each in docs/operations.md: what it means, what was kept, what to do", () => {
    const part = operations.slice(operations.indexOf("\n## Alerts\n"), operations.indexOf("\n## Metrics\n"));
    const sections = part.split(/^### /m).slice(1);
    expect(sections.map((section) => section.split("\n", 1)[0]).toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
    for (const section of sections) expect(section).toMatch(/\*\*Means:\*\*[\s\S]*\*\*Kept:\*\*[\s\S]*\*\*Do:\*\*/);
    const anchors = [...operations.matchAll(/\]\(#([a-z]+)\)/g)].map(([, anchor]) => anchor);
    const headings = [...operations.matchAll(/^#+ (\w+)$/gm)].map(([, heading]) => heading?.toLowerCase());
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });
});

test("the objectives of docs/operations.md ask for figures that there are, and so do its words", () => {
  const objectives = operations.slice(operations.indexOf("## Objectives"), operations.indexOf("## Set it up"));
  const expressions = [...objectives.matchAll(/`([^`]*crew_[^`]*)`/g)].map(([, expr = ""]) => expr);
  expect(expressions).toHaveLength(5);
  expect(expressions.flatMap((expr) => faultsOf(expr))).toEqual([]);
  const named = operations.match(/\bcrew_[a-z0-9_]+/g) ?? [];
  const plain = new Set([...KNOWN.keys()].flatMap((name) => [name, name.replace(/_(bucket|sum|count)$/, "")]));
  const services = /^crew_(api|worker|chatbot|postgres|monitor|monitoring|process_|nodejs_)$|^crew_$/;
  expect([...new Set(named)].filter((name) => !plain.has(name) && !services.test(name))).toEqual([]);
});

test("the dashboard asks for figures, labels and variables that there are, and shows every one of ours", () => {
  const panels = Object.values(DASHBOARD_ROWS).flat();
  const faults = panels.flatMap(({ title, lines }) =>
    Object.entries(lines).flatMap(([legend, expr]) => faultsOf(expr, legend).map((fault) => `${title}: ${fault}`)),
  );
  expect(faults).toEqual([]);
  const all = panels.flatMap(({ lines }) => Object.values(lines)).join("\n");
  const ours = [
    ...Object.keys(COUNTERS).map((name) => `crew_${name}_total`),
    ...Object.keys({ ...GAUGES, ...HISTOGRAMS }).map((name) => `crew_${name}`),
  ];
  expect(ours.filter((name) => !all.includes(name))).toEqual([]);
});

test("labels are few, and none of them is an id", () => {
  const labelsOf = (all: Record<string, { labels: readonly string[] }>) => Object.values(all).flatMap(({ labels }) => labels);
  const labels = new Set([...labelsOf(COUNTERS), ...labelsOf(GAUGES), ...labelsOf(HISTOGRAMS)]);
  expect([...labels].filter((label) => /id$|user|workspace|run$|model$/i.test(label))).toEqual([]);
  for (const { labels, buckets } of Object.values(HISTOGRAMS)) {
    expect(labels.length).toBeLessThanOrEqual(2);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets.length).toBeLessThanOrEqual(12);
  }
});

test("the bounds that rules ask for are bounds of their histograms", () => {
  const texts = [
    ...rules.map(({ expr }) => expr),
    operations,
    ...Object.values(DASHBOARD_ROWS).flatMap((row) => row.flatMap(({ lines }) => Object.values(lines))),
  ];
  const asked = texts.flatMap((text) => [...text.matchAll(/crew_(\w+)_bucket\{le=~?"(\d+(?:\.\d+)?)/g)]);
  expect(asked.length).toBeGreaterThanOrEqual(8);
  const wrong = asked.filter(
    ([, name = "", bound]) => !(HISTOGRAMS[name as keyof typeof HISTOGRAMS].buckets as readonly number[]).includes(Number(bound)),
  );
  expect(wrong.map(([text]) => text)).toEqual([]);
});

test("Prometheus reads every service of the stack that has figures, at their port", () => {
  const platform = parse(read("deploy/swarm/stack.yaml"), { merge: true }) as { services: Record<string, Service> };
  const watched = Object.entries(platform.services).filter(([, { networks }]) => networks.includes("monitor"));
  const asked = prometheus.scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs);
  expect(asked.flatMap(({ names }) => names).toSorted()).toEqual(watched.map(([name]) => `tasks.${name}`).toSorted());
  for (const { port } of asked)
    for (const [, { environment }] of watched) expect(environment).toMatchObject({ METRICS_PORT: String(port) });
  expect(prometheus.rule_files).toEqual(["alerts.yaml"]);
  const named = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]+)"/g)].map(([, job = ""]) => job));
  expect(named.filter((job) => !jobs.includes(job))).toEqual([]);
});

describe("the stack that watches", () => {
  const stack = parse(read("deploy/monitoring/stack.yaml"), { merge: true }) as {
    services: Record<string, Service>;
    networks: Record<string, { internal?: boolean; external?: boolean; driver_opts?: { encrypted?: string } }>;
    configs: Record<string, { file: string }>;
  };

  test.each(Object.entries(stack.services))("%s keeps the rules of the platform's own", (_name, service) => {
    expect(service.image).toMatch(/^\$\{[A-Z]+_IMAGE:\?/);
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service).toMatchObject({ read_only: true, init: true, cap_drop: ["ALL"], logging: { options: { "max-size": "10m" } } });
    expect(service).not.toHaveProperty("ports");
    expect(service).not.toHaveProperty("privileged");
    expect(service).not.toHaveProperty("security_opt");
    expect(service).toHaveProperty("healthcheck.test");
    expect(service).toHaveProperty("stop_grace_period");
    const rollout = { order: "stop-first", failure_action: "rollback", max_failure_ratio: 0, monitor: "60s" };
    expect(service.deploy).toMatchObject({
      update_config: rollout,
      rollback_config: rollout,
      placement: { constraints: [expect.any(String)] },
      resources: { limits: { cpus: expect.any(String), memory: expect.any(String), pids: expect.any(Number) } },
    });
    const secretLike = Object.keys(service.environment ?? {}).filter(
      (name) => /PASSWORD|SECRET|TOKEN|KEY/.test(name) && !name.endsWith("__FILE"),
    );
    expect(secretLike).toEqual([]);
    const named = (service.volumes ?? []).filter((volume) => typeof volume === "string");
    expect(named.filter((volume) => /^[./~]/.test(volume))).toEqual([]);
  });

  test("every file, network and figure that it names is there, and only the way out is open", () => {
    for (const { file } of Object.values(stack.configs)) expect(read(`deploy/monitoring/${file.slice(2)}`)).not.toBe("");
    for (const { configs, networks } of Object.values(stack.services)) {
      expect(configs.filter(({ source }) => !(source in stack.configs))).toEqual([]);
      expect(networks.filter((name) => !(name in stack.networks))).toEqual([]);
    }
    const open = Object.entries(stack.networks).filter(([, { internal, external }]) => !internal && !external);
    expect(open.map(([name]) => name)).toEqual(["egress"]);
    expect(stack.services.prometheus?.networks).toEqual(["metrics", "watch"]);
  });
});

test("OpenTelemetry is loaded only where somebody collects traces", () => {
  const importers = sourceFiles().filter(({ isTest, text }) => !isTest && /^import (?!type )[^;]*from "@opentelemetry\//m.test(text));
  expect(importers.map(({ path }) => path)).toEqual([]);
  const lazy = sourceFiles().filter(({ isTest, text }) => !isTest && text.includes('import("@opentelemetry/'));
  expect(lazy.map(({ path }) => path)).toEqual(["packages/platform/src/telemetry/open-traces.ts"]);
});
