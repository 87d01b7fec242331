import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Docker, runDocker } from "../swarm/run-docker.ts";

export interface Engine extends AsyncDisposable {
  docker: Docker;
  /** For programs that ask the engine themselves. */
  environment: NodeJS.ProcessEnv;
  /** Address of this host as containers see it. */
  hostAddress: string;
}

/** What the engine of our own keeps between rehearsals: the bases, which take minutes to make. */
const OWN_FOLDER = "/var/tmp/crew-rehearsal-engine";
const START_MS = 30_000;

/**
 * The engine that `DOCKER_HOST` or the default names; else one of our own, started for the rehearsal where there is a
 * `dockerd` and the right to start it. A sentence when there is neither.
 */
export async function openEngine(tell: (line: string) => void): Promise<Engine | string> {
  if (!isThere("docker")) return "there is no Docker client here (Debian: docker.io)";
  const given = await reach(process.env);
  if (given) return withSwarm(process.env, async () => {});
  if (process.env.DOCKER_HOST) return `no engine answers at ${process.env.DOCKER_HOST}`;
  if (!isThere("dockerd")) return "no Docker engine answers, and there is no dockerd to start one (Debian: docker.io)";
  if (process.getuid?.() !== 0) return "no Docker engine answers, and only root can start one";
  tell(`no engine answers: one is started for this rehearsal, which keeps its images in ${OWN_FOLDER}`);
  const environment = { ...process.env, DOCKER_HOST: `unix://${OWN_FOLDER}/docker.sock` };
  const daemon = startDaemon();
  for (let waited = 0; !(await reach(environment)); waited += 500) {
    if (waited > START_MS || daemon.exitCode !== null) {
      daemon.kill();
      return `the engine did not start: see ${OWN_FOLDER}/log`;
    }
    await sleep(500);
  }
  return withSwarm(environment, () => endOf(daemon));
}

async function withSwarm(environment: NodeJS.ProcessEnv, end: () => Promise<void>): Promise<Engine> {
  await using stack = new AsyncDisposableStack();
  stack.defer(end);
  const docker: Docker = (parameters, timeoutMs) => runDocker(parameters, { env: environment, timeoutMs });
  const state = await docker(["info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}"]);
  if (state.startsWith("inactive")) {
    await docker(["swarm", "init", "--advertise-addr", "127.0.0.1"]);
    stack.defer(async () => void (await docker(["swarm", "leave", "--force"]).catch(() => undefined)));
  }
  const [node = ""] = (await docker(["node", "ls", "--quiet"])).split("\n");
  await docker(["node", "update", ...["data", "edge", "monitoring"].flatMap((use) => ["--label-add", `crew_${use}=true`]), node]);
  const hostAddress = await gatewayOf(docker);
  const disposable = stack.move();
  return { docker, environment, hostAddress, [Symbol.asyncDispose]: () => disposable.disposeAsync() };
}

/** Containers reach this host by it. An engine that has its first swarm makes it a moment later. */
async function gatewayOf(docker: Docker): Promise<string> {
  for (let waited = 0; ; waited += 500) {
    try {
      return await docker(["network", "inspect", "docker_gwbridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]);
    } catch (error) {
      if (waited > START_MS) throw error;
      await sleep(500);
    }
  }
}

const reach = (environment: NodeJS.ProcessEnv) =>
  runDocker(["info", "--format", "{{.ServerVersion}}"], { env: environment, timeoutMs: 10_000 }).catch(() => "");

function startDaemon(): ChildProcess {
  mkdirSync(OWN_FOLDER, { recursive: true, mode: 0o700 });
  const log = openSync(join(OWN_FOLDER, "log"), "a");
  const words = ["--data-root", join(OWN_FOLDER, "data"), "--exec-root", join(OWN_FOLDER, "exec"), "--pidfile", join(OWN_FOLDER, "pid")];
  return spawn("dockerd", [...words, "--host", `unix://${OWN_FOLDER}/docker.sock`], { stdio: ["ignore", log, log] });
}

async function endOf(daemon: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => daemon.once("exit", resolve));
  daemon.kill("SIGTERM");
  await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
}

function isThere(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return existsSync(`/usr/sbin/${program}`);
  }
}
