import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { auditStack, RULES, tellFinding } from "./stack-audit.ts";
import { environmentOf, parseStack, readStack, type StackDocument, type StackService, seconds } from "./stack-document.ts";

const DIGEST = `registry.example.org/crew@sha256:${"1f".repeat(32)}`;
const VARIABLES = {
  CREW_IMAGE: DIGEST,
  CREW_PROXY_IMAGE: DIGEST,
  CREW_POSTGRES_IMAGE: DIGEST,
  CREW_REDIS_IMAGE: DIGEST,
  CREW_DOMAIN: "crews.example.org",
  CREW_ADMIN_EMAIL: "ada@example.org",
};
const path = fileURLToPath(new URL("stack.yaml", import.meta.url));
const ours = (variables: Record<string, string> = VARIABLES): StackDocument => readStack(path, variables);

/** A service of the copy, to be changed in place. */
function service(stack: StackDocument, name: string): StackService & { deploy: NonNullable<StackService["deploy"]> } {
  const found = stack.services[name];
  if (!found) throw new Error(`the stack has no ${name}`);
  found.deploy ??= {};
  return found as StackService & { deploy: NonNullable<StackService["deploy"]> };
}

const setEnvironment = (stack: StackDocument, name: string, more: Record<string, string>) => {
  const one = service(stack, name);
  one.environment = { ...environmentOf(one), ...more };
};

/** One way at least to break each rule. */
const MUTATIONS: [rule: string, name: string, break_: (stack: StackDocument) => void][] = [
  ["image-digest", "worker", (stack) => Object.assign(service(stack, "worker"), { image: "crew:latest" })],
  ["user", "api", (stack) => Object.assign(service(stack, "api"), { user: "0:0" })],
  ["user", "redis", (stack) => Object.assign(service(stack, "redis"), { user: "redis" })],
  ["read-only", "web", (stack) => Object.assign(service(stack, "web"), { read_only: false })],
  ["tmpfs", "worker", (stack) => Object.assign(service(stack, "worker"), { volumes: [], tmpfs: ["/tmp"] })],
  ["cap-drop", "proxy", (stack) => Object.assign(service(stack, "proxy"), { cap_drop: ["NET_RAW"] })],
  ["cap-drop", "proxy", (stack) => Object.assign(service(stack, "proxy"), { cap_add: ["NET_BIND_SERVICE"] })],
  ["init", "scheduler", (stack) => void delete service(stack, "scheduler").init],
  ["docker-socket", "proxy", (stack) => void service(stack, "proxy").volumes?.push("/var/run/docker.sock:/var/run/docker.sock:ro")],
  [
    "host-path",
    "postgres",
    (stack) => void service(stack, "postgres").volumes?.push({ type: "bind", source: "/srv/data", target: "/data" }),
  ],
  ["host-network", "worker", (stack) => Object.assign(service(stack, "worker"), { network_mode: "host" })],
  ["host-network", "api", (stack) => void Object.assign(stack.networks ?? {}, { outside: { external: true, name: "host" } })],
  ["limits", "worker", (stack) => void delete service(stack, "worker").deploy.resources?.limits?.pids],
  ["limits", "api", (stack) => void delete service(stack, "api").deploy.resources],
  [
    "log-limits",
    "chatbot",
    (stack) => Object.assign(service(stack, "chatbot"), { logging: { driver: "json-file", options: { "max-size": "10m" } } }),
  ],
  ["healthcheck", "api", (stack) => void delete service(stack, "api").healthcheck],
  ["healthcheck", "web", (stack) => Object.assign(service(stack, "web"), { healthcheck: { test: ["CMD", "true"] } })],
  ["security-opt", "api", (stack) => Object.assign(service(stack, "api"), { security_opt: ["no-new-privileges:true"] })],
  ["ignored-key", "worker", (stack) => Object.assign(service(stack, "worker"), { privileged: false })],
  ["ignored-key", "worker", (stack) => Object.assign(service(stack, "worker"), { tmpfs: ["/run"] })],
  ["stop-grace", "worker", (stack) => Object.assign(service(stack, "worker"), { stop_grace_period: "10s" })],
  ["update-order", "api", (stack) => Object.assign(service(stack, "api").deploy.update_config ?? {}, { order: "stop-first" })],
  ["update-order", "postgres", (stack) => Object.assign(service(stack, "postgres").deploy.update_config ?? {}, { order: "start-first" })],
  ["failure-action", "api", (stack) => Object.assign(service(stack, "api").deploy.update_config ?? {}, { failure_action: "pause" })],
  ["monitor", "chatbot", (stack) => Object.assign(service(stack, "chatbot").deploy.update_config ?? {}, { monitor: "5s" })],
  ["failure-ratio", "worker", (stack) => Object.assign(service(stack, "worker").deploy.update_config ?? {}, { max_failure_ratio: 0.3 })],
  ["rollback-config", "api", (stack) => void delete service(stack, "api").deploy.rollback_config],
  ["placement", "postgres", (stack) => void delete service(stack, "postgres").deploy.placement],
  ["depends-on", "worker", (stack) => Object.assign(service(stack, "worker"), { depends_on: ["postgres"] })],
  ["secret-file", "api", (stack) => setEnvironment(stack, "api", { CREW_AUTH_SECRET: "see below" })],
  ["secret-file", "api", (stack) => setEnvironment(stack, "api", { DATABASE_URL_FILE: "/etc/crew/database" })],
  ["secret-value", "worker", (stack) => setEnvironment(stack, "worker", { LINK: "postgres://crew:hunter2@postgres/crew" })],
  ["secret-value", "worker", (stack) => setEnvironment(stack, "worker", { NOTE: `sk-${"a1".repeat(12)}` })],
  ["secret-external", "api", (stack) => Object.assign(stack.secrets ?? {}, { auth_secret: { file: "./auth" } })],
  ["secret-known", "web", (stack) => Object.assign(service(stack, "web"), { secrets: ["nowhere"] })],
  ["secret-known", "web", (stack) => setEnvironment(stack, "web", { CREW_MASTER_KEY_FILE: "/run/secrets/master_key" })],
  ["published-ports", "postgres", (stack) => Object.assign(service(stack, "postgres"), { ports: ["5432:5432"] })],
  ["back-networks", "api", (stack) => Object.assign(stack.networks?.data ?? {}, { internal: false })],
  ["back-networks", "api", (stack) => Object.assign(stack.networks?.data ?? {}, { driver_opts: {} })],
  ["web-off-data", "web", (stack) => Object.assign(service(stack, "web"), { networks: ["edge", "data"] })],
  ["data-inside", "redis", (stack) => Object.assign(service(stack, "redis"), { networks: ["data", "edge"] })],
];

describe("T-27 our stack", () => {
  test.each([
    ["with images by digest", {}],
    ["on an engine without its mesh", { CREW_ENDPOINT_MODE: "dnsrr", CREW_PORT_MODE: "host" }],
  ])("%s breaks no rule [ASVS 13.2.1]", (_, switches) => {
    expect(auditStack(ours({ ...VARIABLES, ...switches })).map(tellFinding)).toEqual([]);
  });

  test("with local images breaks one rule only, which a rehearsal may allow", () => {
    const local = ours({ ...VARIABLES, CREW_IMAGE: "crew:dev" });
    expect(new Set(auditStack(local).map(({ rule }) => rule))).toEqual(new Set(["image-digest"]));
    expect(auditStack(local, { allowsLocalImages: true })).toEqual([]);
  });

  test.each(MUTATIONS)("%s is found when %s breaks it", (rule, name, break_) => {
    const stack = structuredClone(ours());
    break_(stack);
    const found = auditStack(stack);
    expect(found.map((one) => one.rule)).toContain(rule);
    // The whole file's faults are told of some service; the others of the one that has them.
    const own = found.filter((one) => one.rule === rule);
    expect(own.every((one) => one.service === name || one.found.startsWith("(stack)"))).toBe(true);
    expect(own[0]?.fix).not.toBe("");
  });

  test("every rule but that of Compose has a mutation that it finds", () => {
    const broken = new Set([...MUTATIONS.map(([rule]) => rule), "no-new-privileges"]);
    expect(RULES.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

describe("the same on one host, by Compose", () => {
  const compose = () => readStack(fileURLToPath(new URL("../compose.yaml", import.meta.url)), VARIABLES);

  test("takes its services from the stack, and breaks no rule", () => {
    expect(compose().services.worker?.user).toBe(ours().services.worker?.user);
    expect(auditStack(compose(), { kind: "compose" }).map(tellFinding)).toEqual([]);
  });

  test("is held to what Compose can do: no-new-privileges, and what containers may be", () => {
    const stack = compose();
    delete service(stack, "web").security_opt;
    service(stack, "redis").read_only = false;
    const found = auditStack(stack, { kind: "compose" }).map(({ service: name, rule }) => `${name} ${rule}`);
    expect(found).toEqual(["web no-new-privileges", "redis read-only"]);
  });
});

test("no-new-privileges is told where it can be set", () => {
  const stack = structuredClone(ours());
  service(stack, "api").security_opt = ["no-new-privileges:true"];
  expect(auditStack(stack).map(tellFinding).join()).toMatch(/a stack ignores it.*daemon\.json of every node/);
});

describe("a stack file is read as Docker reads it", () => {
  const read = (text: string, variables: Record<string, string> = {}) => parseStack(`services:\n  a: ${text}`, variables).services.a;

  test.each([
    ["$${HOME}", {}, "${HOME}"],
    ["${A:-b}", {}, "b"],
    ["${A:-b}", { A: "" }, "b"],
    ["${A-b}", { A: "" }, ""],
    ["x$A-y", { A: "1" }, "x1-y"],
    ["${A:+set}${B:+set}", { A: "1" }, "set"],
    ["${A:-${B:-c}}", {}, "c"],
  ])("%s with %j", (text, variables, wanted) => {
    expect(read(`{ image: "${text}" }`, variables as Record<string, string>)?.image).toBe(wanted);
  });

  test("what is asked for and not there is named", () => {
    expect(() => read('{ image: "${CREW_IMAGE:?name the image}" }')).toThrow(/CREW_IMAGE is not set: name the image/);
  });

  test("anchors are merged, extensions left out, numbers and switches are no texts", () => {
    const text = 'x-a: &a { init: true }\nservices: { a: { <<: *a, read_only: "${R:-true}", deploy: { replicas: "${N:-2}" } } }';
    expect(parseStack(text, {})).toEqual({ services: { a: { init: true, read_only: true, deploy: { replicas: 2 } } } });
  });

  test.each([
    ["90s", 90],
    ["1m30s", 90],
    ["2h", 7_200],
    ["soon", null],
    [undefined, null],
  ])("%s as seconds", (text, wanted) => expect(seconds(text)).toBe(wanted));
});
