import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import type { FakeProvider } from "./fake-provider/start-fake-provider.ts";
import { startLoadBalancer } from "./load-balancer.ts";
import { openTestDatabase } from "./open-test-database.ts";
import { type SpawnedProcess, spawnProcess } from "./spawn-process.ts";
import { startTestRedis, type TestRedis } from "./start-test-redis.ts";
import { temporaryDataDir } from "./temporary-data-dir.ts";

export type Composition = "embedded" | "distributed";

/** `platform`: the only process of an embedded installation. */
export type ServiceName = "platform" | "api" | "chatbot" | "worker" | "web" | `worker-${number}`;

export interface InstallationOptions {
  /** For every process. */
  env?: Record<string, string>;
  /** Offered as the provider `ollama`, and reachable for providers that somebody adds. */
  fake?: FakeProvider;
  /** Distributed: this database instead of one of its own. */
  databaseUrl?: string;
  /** Distributed: so many workers, `worker`, `worker-2` and so on; one when absent. */
  workers?: number;
  /** Distributed: other programs in place of a service's own. */
  scripts?: Partial<Record<"api" | "chatbot" | "worker", string>>;
  /** Distributed: what single services get besides, such as a database behind a proxy. */
  envOf?(name: ServiceName): Record<string, string>;
  /** Distributed: without the console, which then need not be built. */
  isHeadless?: boolean;
}

export interface Installation extends AsyncDisposable {
  composition: Composition;
  /** What a browser opens; the same after every restart. */
  origin: string;
  /** Embedded: the link that the last start has printed. */
  readonly link: string;
  redis: TestRedis | undefined;
  service(name: ServiceName): SpawnedProcess;
  /** `kill -9`, of that process alone. */
  kill(name: ServiceName): Promise<void>;
  /** SIGTERM; resolves with the exit code when it has ended. */
  stop(name: ServiceName): Promise<number | null>;
  /** For a process that a fault has ended by itself: waits for its end. */
  forget(name: ServiceName): Promise<void>;
  /** The service that this process is. */
  nameOf(pid: number): ServiceName;
  /** After `kill` or `stop`: the same service on the same port and data. Resolves when it serves. */
  start(name: ServiceName): Promise<void>;
  /** Everything that the services have written, for a test that failed. */
  logs(): string;
}

interface Service {
  script: string;
  port: number;
  env: Record<string, string>;
  isReady(process: SpawnedProcess): Promise<void>;
}

/** Real processes of the product on loopback, with data of their own; the console must be built. */
export async function startInstallation(composition: Composition, options: InstallationOptions = {}): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const plan = composition === "embedded" ? await planEmbedded(options, stack) : await planDistributed(options, stack);
  const running = new Map<ServiceName, SpawnedProcess>();
  const ended: string[] = [];
  stack.defer(async () => {
    await Promise.all([...running.values()].map((process) => process.stop()));
  });

  function service(name: ServiceName): SpawnedProcess {
    const process = running.get(name);
    if (!process) throw new Error(`${name} does not run`);
    return process;
  }

  async function start(name: ServiceName): Promise<void> {
    const it = plan.services.get(name);
    if (!it) throw new Error(`an installation that is ${composition} has no ${name}`);
    const process = spawnProcess(it.script, { env: { ...it.env, PORT: String(it.port), ...options.env } });
    running.set(name, process);
    await it.isReady(process);
  }

  async function end<T>(name: ServiceName, how: (process: SpawnedProcess) => Promise<T>): Promise<T> {
    const process = service(name);
    const result = await how(process);
    ended.push(`${name}, ended:\n${process.output()}`);
    running.delete(name);
    return result;
  }

  await Promise.all([...plan.services.keys()].map(start));
  const disposable = stack.move();
  return {
    composition,
    origin: plan.origin,
    redis: plan.redis,
    get link() {
      return /^Sign in +(http\S+\?token=\S+)/m.exec(service("platform").output())?.[1] ?? "";
    },
    service,
    start,
    kill: async (name) => void (await end(name, (process) => process.kill())),
    stop: (name) => end(name, (process) => process.stop()),
    forget: async (name) => void (await end(name, (process) => process.exited)),
    nameOf(pid) {
      const found = [...running].find(([, process]) => process.pid === pid);
      if (!found) throw new Error(`process ${pid} is none of the installation's`);
      return found[0];
    },
    logs: () => [...ended, ...[...running].map(([name, process]) => `${name}:\n${process.output()}`)].join("\n"),
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}

interface Plan {
  origin: string;
  redis: TestRedis | undefined;
  services: Map<ServiceName, Service>;
}

async function planEmbedded({ fake }: InstallationOptions, stack: AsyncDisposableStack): Promise<Plan> {
  const dataDir = stack.use(temporaryDataDir());
  const port = await freePort();
  const platform: Service = {
    script: "apps/embedded/src/main.ts",
    port,
    env: { CREW_DATA_DIR: dataDir.path, CREW_SIGNUP: "open", ...fakeEnvironment(fake) },
    isReady: async (process) => void (await process.untilOutput(/^Models .*\n/m, 60_000)),
  };
  return { origin: `http://localhost:${port}`, redis: undefined, services: new Map([["platform", platform]]) };
}

async function planDistributed(options: InstallationOptions, stack: AsyncDisposableStack): Promise<Plan> {
  const databaseUrl = options.databaseUrl ?? stack.use(await openTestDatabase()).databaseUrl;
  const redis = stack.use(await startTestRedis());
  const ports = { api: await freePort(), chatbot: await freePort(), web: await freePort() };
  const balancer = stack.use(await startLoadBalancer((path) => ports[serviceOf(path)]));
  const origin = `http://localhost:${balancer.port}`;
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    CREW_PUBLIC_URL: origin,
    CREW_AUTH_SECRET: randomBytes(32).toString("base64"),
    CREW_MASTER_KEY: randomBytes(32).toString("base64"),
    CREW_SIGNUP: "open",
    ...fakeEnvironment(options.fake),
  };
  const services = new Map<ServiceName, Service>();
  const add = (name: ServiceName, script: string, port: number, own: Record<string, string> = env) =>
    services.set(name, {
      script,
      port,
      env: { ...own, ...options.envOf?.(name) },
      isReady: (process) => untilHealthy(process, port),
    });
  const { scripts = {}, workers = 1 } = options;
  add("api", scripts.api ?? "apps/api/src/main.ts", ports.api);
  add("chatbot", scripts.chatbot ?? "apps/chatbot/src/main.ts", ports.chatbot);
  for (let n = 1; n <= workers; n++) add(n === 1 ? "worker" : `worker-${n}`, scripts.worker ?? "apps/worker/src/main.ts", await freePort());
  // It serves files: it is given no secret and no database.
  if (!options.isHeadless) add("web", "apps/web/src/server/main.ts", ports.web, {});
  return { origin, redis, services };
}

function serviceOf(path: string): "api" | "chatbot" | "web" {
  if (/^\/ws(\/|$)/.test(path)) return "chatbot";
  if (/^\/oauth\/consent([/?]|$)/.test(path)) return "web";
  return /^\/(v1|api|oauth|\.well-known|openapi\.json|docs|start|healthz|readyz)(\/|$)/.test(path) ? "api" : "web";
}

function fakeEnvironment(fake: FakeProvider | undefined): Record<string, string> {
  return fake ? { OLLAMA_BASE_URL: fake.url, CREW_EGRESS_ALLOW: new URL(fake.url).host } : {};
}

async function untilHealthy(process: SpawnedProcess, port: number): Promise<void> {
  let hasEnded = false;
  void process.exited.then(() => {
    hasEnded = true;
  });
  for (const end = Date.now() + 120_000; Date.now() < end && !hasEnded; await sleep(50)) {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error(`the service on port ${port} does not serve (${howItIs(process.pid)}):\n${process.output()}`);
}

/** Whether it waits for something or has had no time yet: its state and the CPU seconds that it has used. */
function howItIs(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return `state ${fields[0]}, ${(Number(fields[11]) + Number(fields[12])) / 100} s of CPU`;
  } catch {
    return "ended";
  }
}
