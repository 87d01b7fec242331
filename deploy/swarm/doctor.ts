import { lookup } from "node:dns/promises";
import { readFileSync, statfsSync } from "node:fs";
import { connect } from "node:net";
import { type Check, fail, ok, warn } from "./check-list.ts";
import { clockCheck, type EngineInfo, engineChecks, privilegesCheck } from "./engine-checks.ts";
import { kernelChecks } from "./kernel-checks.ts";
import type { Docker } from "./run-docker.ts";
import { isShort, secretsOf } from "./swarm-secrets.ts";

export interface DoctorOptions {
  docker: Docker;
  stack: string;
  /** Without the stack's prefix. */
  secretNames: readonly string[];
  /** Placement constraints of its services. */
  constraints: readonly string[];
  /** What the stack publishes. */
  ports: readonly number[];
  /** The switches and names that the stack is deployed with. */
  variables: Record<string, string | undefined>;
  /** `/`; another folder in tests. */
  hostRoot: string;
}

const LEAST_FREE_GIB = 2;
const GOOD_FREE_GIB = 10;
const ASK_MS = 5_000;

/** Looks at everything that a roll-out needs, changes nothing, and goes on where one thing is wrong. */
export async function examine(options: DoctorOptions): Promise<Check[]> {
  const askedAt = Date.now();
  let info: EngineInfo;
  try {
    info = JSON.parse(await options.docker(["info", "--format", "{{json .}}"])) as EngineInfo;
    if (!info.ServerVersion) throw new Error("the client answers, and no engine behind it");
  } catch (error) {
    const found = (error as Error).message;
    return [fail("engine", found, "Start Docker, or point DOCKER_HOST at a manager of your swarm; then ask again.")];
  }
  const answeredAt = Date.now();
  const isHere = isThisMachine(options.variables.DOCKER_HOST);
  const checks = [
    ...engineChecks(info),
    clockCheck("clock: engine", info.SystemTime, askedAt, answeredAt),
    ...(options.variables.CREW_REGISTRY ? [await registryCheck(options.variables.CREW_REGISTRY)] : []),
    privilegesCheck(info, isHere ? textOf(`${options.hostRoot}/etc/docker/daemon.json`) : null),
    ...(isHere
      ? [...kernelChecks(options.hostRoot, info.KernelVersion, options.variables, info.Swarm.Nodes ?? 1), diskCheck(info.DockerRootDir)]
      : [
          warn("host", "the engine is on another machine", "Run the doctor there, too: kernel and disk can only be looked at on the host."),
        ]),
  ];
  if (!info.Swarm.ControlAvailable) return checks;
  return [
    ...checks,
    await portsCheck(options, isHere),
    await labelCheck(options),
    ...(await secretChecks(options)),
    await nameCheck(options.variables.CREW_DOMAIN),
  ];
}

const isThisMachine = (host: string | undefined) => !host || host.startsWith("unix://");

async function portsCheck({ docker, stack, ports }: DoctorOptions, isHere: boolean): Promise<Check> {
  const wanted = [...ports];
  const ids = (await docker(["service", "ls", "--quiet"])).split("\n").filter(Boolean);
  const text =
    ids.length === 0
      ? ""
      : await docker(["service", "inspect", "--format", "{{.Spec.Name}}{{range .Endpoint.Ports}} {{.PublishedPort}}{{end}}", ...ids]);
  const holders = text.split("\n").map((line) => line.split(" "));
  const others = holders.filter(([name, ...held]) => !name?.startsWith(`${stack}_`) && held.some((port) => wanted.includes(Number(port))));
  const name = "ports";
  if (others.length > 0)
    return fail(
      name,
      `${others.map(([holder]) => holder).join(", ")} has one of ${wanted.join(", ")}`,
      "Remove that service, or choose other ports.",
    );
  const own = new Set(holders.filter(([holder]) => holder?.startsWith(`${stack}_`)).flatMap(([, ...held]) => held.map(Number)));
  const open = wanted.filter((port) => !own.has(port));
  const taken = isHere ? (await Promise.all(open.map(async (port) => ((await isTaken(port)) ? [port] : [])))).flat() : [];
  if (taken.length > 0)
    return fail(name, `something on this host has ${taken.join(", ")}`, "Stop it (ss -ltnp says what it is), or choose other ports.");
  return ok(
    name,
    wanted.length === 0 ? "none is published" : `${wanted.join(", ")} ${open.length === 0 ? "are ours" : "are free or ours"}`,
  );
}

/** Without a node that carries the label, a task waits for ever and says nothing. */
async function labelCheck({ docker, constraints }: DoctorOptions): Promise<Check> {
  const wanted = [...new Set(constraints.flatMap((one) => /^node\.labels\.(\S+)\s*==\s*(\S+)$/.exec(one)?.slice(1).join("=") ?? []))];
  const name = "node labels";
  if (wanted.length === 0) return ok(name, "none is asked for");
  const ids = (await docker(["node", "ls", "--quiet"])).split("\n").filter(Boolean);
  const format = "{{range $name, $value := .Spec.Labels}}{{$name}}={{$value}} {{end}}";
  const present = new Set((await docker(["node", "inspect", "--format", format, ...ids])).split(/\s+/));
  const missing = wanted.filter((label) => !present.has(label));
  if (missing.length === 0) return ok(name, wanted.join(", "));
  const commands = missing.map((label) => `docker node update --label-add ${label} <node>`).join("; ");
  return fail(name, `no node has ${missing.join(", ")}`, `Say where it belongs: ${commands}.`);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });
}

async function secretChecks({ docker, stack, secretNames }: DoctorOptions): Promise<Check[]> {
  const present = await secretsOf({ stack, docker });
  const missing = secretNames.filter((name) => !present.has(name));
  const short = secretNames.filter((name) => {
    const length = present.get(name);
    return typeof length === "number" && isShort(name, length);
  });
  const unknown = secretNames.filter((name) => present.get(name) === null);
  const name = "secrets";
  if (missing.length > 0)
    return [fail(name, `missing: ${missing.join(", ")}`, "npm run deploy:swarm -- secrets init makes them, or takes them from files.")];
  if (short.length > 0)
    return [fail(name, `too short: ${short.join(", ")}`, "Remove them (docker secret rm) and make them by secrets init.")];
  if (unknown.length > 0)
    return [
      warn(
        name,
        `made by hand, so nobody can tell whether they are good: ${unknown.join(", ")}`,
        "Processes refuse short and well-known ones.",
      ),
    ];
  return [ok(name, `all ${secretNames.length} are there and long enough`)];
}

function diskCheck(folder: string): Check {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const gib = (bavail * bsize) / 2 ** 30;
    const found = `${gib.toFixed(1)} GiB free in ${folder}`;
    const fix = "Make room: images, logs and the database live there (docker system df says what takes it).";
    if (gib < LEAST_FREE_GIB) return fail("disk", found, fix);
    return gib < GOOD_FREE_GIB ? warn("disk", found, fix) : ok("disk", found);
  } catch {
    return warn("disk", `${folder} cannot be looked at`, "Look by hand that it has 10 GiB free (df -h).");
  }
}

async function registryCheck(registry: string): Promise<Check> {
  const host = registry.replace(/^https?:\/\//, "").split("/")[0];
  const scheme = /^(localhost|127\.)/.test(host ?? "") ? "http" : "https";
  const askedAt = Date.now();
  try {
    const answer = await fetch(`${scheme}://${host}/v2/`, { signal: AbortSignal.timeout(ASK_MS) });
    // The header has whole seconds: it may be one behind.
    return clockCheck("clock: registry", answer.headers.get("date"), askedAt - 1_000, Date.now() + 1_000);
  } catch (error) {
    const cause = (error as { cause?: Error }).cause ?? (error as Error);
    return fail(
      "registry",
      `${host} does not answer: ${cause.message}`,
      "Check CREW_REGISTRY and the network, and sign in with docker login.",
    );
  }
}

async function nameCheck(domain: string | undefined): Promise<Check> {
  const name = "name";
  const fix = "Set its A or AAAA record to this swarm's address: without it the proxy gets no certificate.";
  if (!domain) return warn(name, "CREW_DOMAIN is not set", "Set it to the name that browsers will use.");
  const host = domain.replace(/^https?:\/\//, "").replace(/[:/].*$/, "");
  try {
    const addresses = await lookup(host, { all: true });
    return ok(name, `${host} is ${addresses.map(({ address }) => address).join(", ")}`);
  } catch {
    return warn(name, `${host} is no name that is known here`, fix);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
