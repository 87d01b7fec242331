import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deploySwarm } from "../swarm/deploy.ts";
import type { Engine } from "./open-engine.ts";
import { OFFLINE } from "./rehearsal-images.ts";

export const STACK = "rehearsal";
const PORT = 18_443;
const WAIT_MS = 180_000;

export interface RehearsalStack extends AsyncDisposable {
  /** What a browser opens. */
  origin: string;
  account: { email: string; password(): string };
  /** One command of `npm run deploy:swarm`, with other variables where given; resolves with its exit code. */
  rollOut(words: string[], variables?: Record<string, string>): Promise<number>;
  scale(service: string, replicas: number): Promise<void>;
  /** Ids of the containers that run a service's tasks. */
  containersOf(service: string): Promise<string[]>;
  /** `kill -9` of one of them; the engine starts another. */
  killOne(service: string): Promise<void>;
  imageOf(service: string): Promise<string>;
  /** A command in a container of the service. */
  exec(service: string, words: string[], timeoutMs?: number): Promise<string>;
  query(sql: string): Promise<string>;
}

/** The stack as an operator rolls it out, on ports of its own and with a model provider on this host. */
export function rehearsalStack(engine: Engine, folder: string, providerPort: number, tell: (line: string) => void): RehearsalStack {
  const { docker } = engine;
  const account = { email: "owner@example.org", password: () => readFileSync(join(folder, "secrets", "admin_password"), "utf8").trim() };
  const variables: Record<string, string> = {
    ...OFFLINE,
    CREW_STACK: STACK,
    CREW_STATE_DIR: join(folder, "state"),
    CREW_SECRETS_DIR: join(folder, "secrets"),
    CREW_DOMAIN: "localhost",
    CREW_HTTPS_SUFFIX: `:${PORT}`,
    CREW_TLS: "tls internal",
    CREW_HTTP_PORT: "18080",
    CREW_HTTPS_PORT: String(PORT),
    // Without IPVS in the kernel there are no virtual addresses, and so no ingress; both ways are switches of the stack.
    CREW_PORT_MODE: "host",
    CREW_ENDPOINT_MODE: "dnsrr",
    CREW_ADMIN_EMAIL: account.email,
    CREW_WORKERS: "1",
    CREW_WORKER_CAPACITY: "8",
    OLLAMA_BASE_URL: `http://${engine.hostAddress}:${providerPort}`,
  };
  const label = (service: string) => `label=com.docker.swarm.service.name=${STACK}_${service}`;
  const containersOf = async (service: string) =>
    (await docker(["ps", "--quiet", "--filter", label(service), "--filter", "status=running"])).split("\n").filter(Boolean);
  const exec = async (service: string, words: string[], timeoutMs = 60_000) => {
    const [container] = await containersOf(service);
    if (!container) throw new Error(`no container of ${service} runs`);
    return docker(["exec", container, ...words], timeoutMs);
  };
  return {
    origin: `https://localhost:${PORT}`,
    account,
    rollOut: (words, more = {}) =>
      deploySwarm(words, { ...engine.environment, DOCKER_BUILDKIT: "0", ...variables, ...more }, (line) => tell(`    ${line}`)),
    containersOf,
    exec,
    async scale(service, replicas) {
      await docker(["service", "scale", "--detach", `${STACK}_${service}=${replicas}`]);
      await until(async () => (await healthyOf(engine, label(service))) === replicas, `${replicas} tasks of ${service}`);
    },
    async killOne(service) {
      const [container] = await containersOf(service);
      if (container) await docker(["kill", container]);
    },
    imageOf: (service) => docker(["service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", `${STACK}_${service}`]),
    query: (sql) => exec("postgres", ["psql", "-h", "/tmp", "-U", "postgres", "-d", "crew", "-At", "-c", sql]),
    [Symbol.asyncDispose]: () => removeStack(engine, STACK),
  };
}

/** With its data, secrets and configs. */
export async function removeStack(engine: Engine, stack: string): Promise<void> {
  const { docker } = engine;
  await docker(["stack", "rm", stack]).catch(() => undefined);
  const containers = async (...more: string[]) =>
    (await docker(["ps", "--quiet", "--filter", `label=com.docker.stack.namespace=${stack}`, ...more])).split("\n").filter(Boolean);
  await until(async () => (await containers()).length === 0, "the end of the stack");
  const left = await containers("--all");
  // A volume goes only after the last container that had it.
  if (left.length > 0) await docker(["rm", "--force", ...left]).catch(() => undefined);
  for (const kind of ["volume", "secret", "config"]) await removeAll(engine, kind, stack);
}

const healthyOf = async (engine: Engine, filter: string) =>
  (await engine.docker(["ps", "--quiet", "--filter", filter, "--filter", "health=healthy"])).split("\n").filter(Boolean).length;

async function removeAll(engine: Engine, kind: string, stack: string): Promise<void> {
  const names = (await engine.docker([kind, "ls", "--format", "{{.Name}}", "--filter", `name=${stack}_`])).split("\n").filter(Boolean);
  for (const name of names) await engine.docker([kind, "rm", name]).catch(() => undefined);
}

/** Asks until it is so. Rejects with what was waited for. */
export async function until(isSo: () => Promise<boolean>, what: string, waitMs = WAIT_MS): Promise<void> {
  const end = Date.now() + waitMs;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what}: not seen within ${waitMs / 1000} s`);
    await sleep(250);
  }
}
