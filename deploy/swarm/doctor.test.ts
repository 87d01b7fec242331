import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Check } from "./check-list.ts";
import { type DoctorOptions, examine } from "./doctor.ts";
import { clockCheck, type EngineInfo, privilegesCheck } from "./engine-checks.ts";
import { type PretendedEngine, pretendEngine } from "./pretend-engine.ts";

const RELEASE = "6.1.0-test";
const INFO: EngineInfo = {
  ServerVersion: "28.2.2",
  SystemTime: "",
  MemTotal: 8 * 2 ** 30,
  DockerRootDir: "/",
  KernelVersion: RELEASE,
  OperatingSystem: "Debian GNU/Linux 12",
  LiveRestoreEnabled: false,
  SecurityOptions: ["name=seccomp,profile=default", "name=no-new-privileges"],
  Swarm: { LocalNodeState: "active", ControlAvailable: true, Nodes: 1 },
};

let engine: PretendedEngine;
beforeEach(() => {
  engine = pretendEngine();
  kernel("CONFIG_IP_VS=m\nCONFIG_INET_ESP=y\nCONFIG_VXLAN=y\nCONFIG_OVERLAY_FS=y\n");
  write(`lib/modules/${RELEASE}/modules.dep`, "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/net/nf.ko.xz\n");
  const secret = { ID: "1", Spec: { Name: "trial_auth_secret", Labels: { "crew.length": "44" } } };
  engine.change({ info: { ...INFO, SystemTime: new Date().toISOString() }, secrets: { trial_auth_secret: secret } });
});
afterEach(() => engine[Symbol.dispose]());

function write(path: string, content: string | Buffer): void {
  const file = join(engine.folder, "host", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
const kernel = (configuration: string) => write("proc/config.gz", gzipSync(configuration));

const ask = (over: Partial<DoctorOptions> = {}): Promise<Check[]> =>
  examine({
    docker: engine.docker,
    stack: "trial",
    secretNames: ["auth_secret"],
    constraints: [],
    ports: [],
    variables: { CREW_DOMAIN: "localhost" },
    hostRoot: join(engine.folder, "host"),
    ...over,
  });
const change = (info: Partial<EngineInfo>) => engine.change({ info: { ...INFO, SystemTime: new Date().toISOString(), ...info } });
const wrong = (checks: Check[]) => checks.filter(({ state }) => state !== "ok").map(({ name, state }) => `${name} ${state}`);

test("a host that has everything passes, and nothing is changed", async () => {
  const checks = await ask();
  // How full this machine's own disk is, is its own business.
  expect(wrong(checks.filter(({ name }) => name !== "disk"))).toEqual([]);
  expect(checks.length).toBeGreaterThan(12);
  expect(engine.commands().filter((line) => !/^(info|service (ls|inspect)|secret ls|node (ls|inspect))/.test(line))).toEqual([]);
});

test.each<[string, Partial<EngineInfo>, string]>([
  ["an old engine", { ServerVersion: "19.03.1" }, "engine fail"],
  ["no swarm", { Swarm: { LocalNodeState: "inactive", ControlAvailable: false } }, "swarm fail"],
  ["a worker", { Swarm: { LocalNodeState: "active", ControlAvailable: false } }, "swarm fail"],
  ["live restore", { LiveRestoreEnabled: true }, "live-restore fail"],
  ["little memory", { MemTotal: 2 ** 30 }, "memory warn"],
  ["a clock that is wrong", { SystemTime: "2001-01-01T00:00:00Z" }, "clock: engine fail"],
  ["no no-new-privileges", { SecurityOptions: [] }, "no-new-privileges warn"],
])("%s is found, with what to do", async (_, info, found) => {
  change(info);
  const checks = await ask();
  expect(wrong(checks)).toContain(found);
  expect(checks.filter(({ state, fix }) => state !== "ok" && fix === "")).toEqual([]);
});

test("an engine that does not answer is the only thing that is told", async () => {
  engine.change({ fails: [{ kind: "command", match: "^info" }] });
  expect(wrong(await ask())).toEqual(["engine fail"]);
});

test("a kernel without IPVS needs two switches, one without ESP must stay alone, one without VXLAN does not do", async () => {
  kernel("# CONFIG_IP_VS is not set\n# CONFIG_INET_ESP is not set\n# CONFIG_VXLAN is not set\nCONFIG_OVERLAY_FS=y\n");
  write(`lib/modules/${RELEASE}/modules.dep`, "");
  expect(wrong(await ask())).toEqual(expect.arrayContaining(["kernel: IPVS fail", "kernel: ESP warn", "kernel: VXLAN fail"]));
  change({ Swarm: { LocalNodeState: "active", ControlAvailable: true, Nodes: 3 } });
  const checks = await ask({ variables: { CREW_DOMAIN: "localhost", CREW_ENDPOINT_MODE: "dnsrr", CREW_PORT_MODE: "host" } });
  expect(wrong(checks)).not.toContain("kernel: IPVS fail");
  expect(wrong(checks)).toContain("kernel: ESP fail");
});

test("ports: ours are fine, another service's and another program's are not", async () => {
  engine.change({
    services: { trial_proxy: { image: "a", replicas: 1, ports: [80] }, other_web: { image: "b", replicas: 1, ports: [443] } },
  });
  const stateOf = async (ports: number[]) => (await ask({ ports })).find(({ name }) => name === "ports");
  expect(await stateOf([80])).toMatchObject({ state: "ok" });
  expect(await stateOf([443])).toMatchObject({ state: "fail", found: expect.stringContaining("other_web") });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  expect(await stateOf([port])).toMatchObject({ state: "fail", found: expect.stringContaining(String(port)) });
  server.close();
});

test("secrets: the missing, the short and the unknown are named, by name alone", async () => {
  const secret = (name: string, labels: Record<string, string>) => ({ ID: name, Spec: { Name: name, Labels: labels } });
  const found = async (secretNames: string[]) => (await ask({ secretNames })).find(({ name }) => name === "secrets");
  engine.change({ secrets: { trial_a: secret("trial_a", { "crew.length": "6" }), trial_b: secret("trial_b", {}) } });
  expect(await found(["a", "b", "auth_secret"])).toMatchObject({ state: "fail", found: "missing: auth_secret" });
  expect(await found(["a", "b"])).toMatchObject({ state: "fail", found: "too short: a" });
  expect(await found(["b"])).toMatchObject({ state: "warn" });
});

test("labels that no node has, and a name that is none, are found", async () => {
  const checks = await ask({
    constraints: ["node.labels.crew_data == true", "node.role == manager"],
    variables: { CREW_DOMAIN: "nowhere.invalid" },
  });
  expect(checks.find(({ name }) => name === "node labels")).toMatchObject({
    state: "fail",
    fix: expect.stringContaining("--label-add crew_data=true"),
  });
  expect(wrong(checks)).toContain("name warn");
});

test("an engine on another machine is asked all that can be asked from afar", async () => {
  const checks = await ask({ variables: { CREW_DOMAIN: "localhost", DOCKER_HOST: "ssh://ops@example.org" } });
  expect(wrong(checks)).toEqual(["host warn"]);
});

test("clocks: what the answer took is no skew", () => {
  const at = Date.parse("2026-01-01T00:00:00Z");
  expect(clockCheck("clock", "2026-01-01T00:00:00Z", at - 5_000, at + 5_000).state).toBe("ok");
  expect(clockCheck("clock", "2026-01-01T00:00:00Z", at - 9_000, at - 5_000).state).toBe("warn");
  expect(clockCheck("clock", null, at, at).state).toBe("warn");
});

test("older engines do not tell no-new-privileges, their configuration does", () => {
  expect(privilegesCheck({ ...INFO, SecurityOptions: null }, '{ "no-new-privileges": true }').state).toBe("ok");
});
