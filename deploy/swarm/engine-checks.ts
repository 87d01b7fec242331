import { type Check, fail, ok, warn } from "./check-list.ts";

/** What the engine says of itself; only the parts that are looked at. */
export interface EngineInfo {
  ServerVersion: string;
  SystemTime: string;
  MemTotal: number;
  DockerRootDir: string;
  KernelVersion: string;
  OperatingSystem: string;
  LiveRestoreEnabled: boolean;
  SecurityOptions: string[] | null;
  Swarm: { LocalNodeState: string; ControlAvailable: boolean; Nodes?: number };
}

/** The first that knows jobs, which migrations are, and limits of processes. */
const OLDEST_MAJOR = 20;
const LEAST_MEMORY_GIB = 2;
const MAX_SKEW_MS = 2_000;
const MAX_SKEW_FAIL_MS = 30_000;

export function engineChecks(info: EngineInfo): Check[] {
  return [versionCheck(info), swarmCheck(info), liveRestoreCheck(info), memoryCheck(info)];
}

function versionCheck({ ServerVersion, OperatingSystem, KernelVersion }: EngineInfo): Check {
  const major = Number.parseInt(ServerVersion, 10);
  const found = `${ServerVersion} on ${OperatingSystem}, kernel ${KernelVersion}`;
  return major >= OLDEST_MAJOR ? ok("engine", found) : fail("engine", found, "Docker Engine 20.10 or newer is needed.");
}

function swarmCheck({ Swarm }: EngineInfo): Check {
  if (Swarm.LocalNodeState !== "active")
    return fail("swarm", `it is ${Swarm.LocalNodeState}`, "Run docker swarm init on this host, or join it to your swarm as a manager.");
  if (!Swarm.ControlAvailable) return fail("swarm", "this node is a worker", "Point DOCKER_HOST at a manager, or promote this node.");
  return ok("swarm", `this node is a manager of ${Swarm.Nodes ?? 1} node${Swarm.Nodes === 1 ? "" : "s"}`);
}

function liveRestoreCheck({ LiveRestoreEnabled }: EngineInfo): Check {
  return LiveRestoreEnabled
    ? fail("live-restore", "it is on", 'Set "live-restore": false in daemon.json and start the engine anew: Swarm does not work with it.')
    : ok("live-restore", "it is off");
}

function memoryCheck({ MemTotal }: EngineInfo): Check {
  const gib = MemTotal / 2 ** 30;
  const found = `${gib.toFixed(1)} GiB`;
  return gib >= LEAST_MEMORY_GIB
    ? ok("memory", found)
    : warn("memory", found, `The services and the database need ${LEAST_MEMORY_GIB} GiB; with less, set lower limits and one worker.`);
}

/** `askedAt` and `answeredAt` are this machine's; what the answer took is not counted as skew. */
export function clockCheck(name: string, theirs: string | null, askedAt: number, answeredAt: number): Check {
  const time = Date.parse(theirs ?? "");
  if (Number.isNaN(time)) return warn(name, "it tells no time", "Look that all hosts keep time by NTP.");
  const skewMs = Math.max(0, askedAt - time, time - answeredAt);
  const found = `${(skewMs / 1_000).toFixed(1)} s apart`;
  const fix = "Let all hosts keep time by NTP: certificates, sign-in codes and signatures depend on it.";
  if (skewMs > MAX_SKEW_FAIL_MS) return fail(name, found, fix);
  return skewMs > MAX_SKEW_MS ? warn(name, found, fix) : ok(name, found);
}

/** Newer engines say it; of older ones only their configuration does, where it can be read. */
export function privilegesCheck({ SecurityOptions }: EngineInfo, daemonJson: string | null): Check {
  const name = "no-new-privileges";
  if (SecurityOptions?.some((option) => option.includes("no-new-privileges"))) return ok(name, "the engine sets it for all containers");
  if (/"no-new-privileges"\s*:\s*true/.test(daemonJson ?? "")) return ok(name, "daemon.json sets it");
  return warn(
    name,
    "the engine does not say that it sets it",
    'Set "no-new-privileges": true in daemon.json of every node and start its engine anew: a stack file cannot.',
  );
}
