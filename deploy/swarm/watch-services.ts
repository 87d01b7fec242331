import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "./run-docker.ts";
import type { StackService } from "./stack-document.ts";

interface ServiceInfo {
  ID: string;
  Spec: { Name: string; Mode: { Replicated?: { Replicas: number }; Global?: object } };
  UpdateStatus?: { State?: string; StartedAt?: string };
}

interface TaskInfo {
  ID: string;
  Name: string;
  Image: string;
  DesiredState: string;
  CurrentState: string;
  Error: string;
}

export interface ServiceState {
  name: string;
  running: number;
  wanted: number;
  /** Images of the tasks that run. */
  images: string[];
  /** `null`: never updated, or not since the snapshot. */
  update: string | null;
  /** The newest words of tasks that ended or were refused. */
  errors: string[];
  refusals: number;
}

/** What had happened before: an update that failed last week says nothing about this one. */
export interface Snapshot {
  updates: ReadonlyMap<string, string>;
  tasks: ReadonlySet<string>;
}

/** A service that waits for another starts anew now and then; an image that is not there never will. */
const REFUSALS = 3;
/** An update needs a moment to begin: what is seen once may be what was there before. */
const LOOKS = 2;

const servicesOf = async (docker: Docker, names: readonly string[]) =>
  parseLines<ServiceInfo>(await docker(["service", "inspect", "--format", "{{json .}}", ...names]));
const tasksOf = async (docker: Docker, names: readonly string[]) =>
  parseLines<TaskInfo>(await docker(["service", "ps", "--no-trunc", "--format", "{{json .}}", ...names]));

/** Names of all services of a stack. */
export async function namesOf(docker: Docker, stack: string): Promise<string[]> {
  const filter = `label=com.docker.stack.namespace=${stack}`;
  return (await docker(["service", "ls", "--filter", filter, "--format", "{{.Name}}"])).split("\n").filter(Boolean);
}

export async function snapshotOf(docker: Docker, stack: string): Promise<Snapshot> {
  const names = await namesOf(docker, stack);
  if (names.length === 0) return { updates: new Map(), tasks: new Set() };
  const services = await servicesOf(docker, names);
  return {
    updates: new Map(services.map(({ Spec, UpdateStatus }) => [Spec.Name, UpdateStatus?.StartedAt ?? ""])),
    tasks: new Set((await tasksOf(docker, names)).map(({ ID }) => ID)),
  };
}

export async function lookAtServices(docker: Docker, names: readonly string[], since?: Snapshot): Promise<ServiceState[]> {
  if (names.length === 0) return [];
  const services = await servicesOf(docker, names);
  const tasks = await tasksOf(docker, names);
  return services.map(({ Spec, UpdateStatus }) => {
    const own = tasks.filter(({ Name }) => Name.replace(/\.[^.]+$/, "") === Spec.Name);
    const running = own.filter(({ CurrentState, DesiredState }) => CurrentState.startsWith("Running") && DesiredState === "Running");
    const failed = own.filter(({ ID, CurrentState }) => /^(Failed|Rejected)/.test(CurrentState) && !since?.tasks.has(ID));
    const meant = own.filter(({ DesiredState }) => DesiredState === "Running" || DesiredState === "Ready");
    const isOld = since !== undefined && since.updates.get(Spec.Name) === (UpdateStatus?.StartedAt ?? "");
    return {
      name: Spec.Name,
      running: running.length,
      wanted: Spec.Mode.Replicated?.Replicas ?? Math.max(1, meant.length),
      images: [...new Set(running.map(({ Image }) => Image))],
      update: isOld ? null : (UpdateStatus?.State ?? null),
      errors: [...new Set(failed.map(({ Error: words, CurrentState }) => words || CurrentState))].slice(0, 3),
      refusals: failed.filter(({ CurrentState }) => CurrentState.startsWith("Rejected")).length,
    };
  });
}

export interface WaitOptions {
  lookEveryMs: number;
  waitMs: number;
  since: Snapshot;
  tell(line: string): void;
}

/** Expected images by full name; resolves when all tasks are of them and no update is under way. Rejects with what hinders. */
export async function untilServing(docker: Docker, expected: ReadonlyMap<string, string>, options: WaitOptions): Promise<void> {
  const end = Date.now() + options.waitMs;
  let told = "";
  for (let good = 0; ; ) {
    const states = await lookAtServices(docker, [...expected.keys()], options.since);
    const broken = states.find((one) => /^(paused|rollback)/.test(one.update ?? "") || one.refusals >= REFUSALS);
    if (broken) throw new Error(`${broken.name}: ${whyBroken(broken)}`);
    const open = states.filter((one) => !isServing(one, expected.get(one.name) ?? ""));
    good = open.length === 0 ? good + 1 : 0;
    if (good >= LOOKS) return;
    const line = open.map(({ name, running, wanted, update }) => `${name} ${running}/${wanted}${update ? ` (${update})` : ""}`).join(", ");
    if (line !== told && line !== "") options.tell(`waiting for ${line}`);
    told = line;
    if (open.length > 0 && Date.now() > end)
      throw new Error(
        `not there after ${Math.round(options.waitMs / 1_000)} s: ${open.map((one) => `${one.name}: ${whyBroken(one)}`).join("; ")}`,
      );
    await sleep(options.lookEveryMs);
  }
}

const isServing = ({ running, wanted, images, update }: ServiceState, image: string): boolean =>
  running === wanted && (wanted === 0 || images.every((one) => one === image)) && update !== "updating";

function whyBroken({ update, errors, running, wanted }: ServiceState): string {
  const words = errors.length > 0 ? errors.join(", ") : "its tasks say nothing";
  return update?.startsWith("rollback") ? `the engine took it back (${words})` : `${running} of ${wanted} run (${words})`;
}

/** Waits for the end of a task that runs once. */
export async function untilTaskEnds(
  docker: Docker,
  name: string,
  { waitMs, lookEveryMs }: Pick<WaitOptions, "waitMs" | "lookEveryMs">,
): Promise<{ isDone: boolean; words: string }> {
  const end = Date.now() + waitMs;
  for (;;) {
    const [task] = await tasksOf(docker, [name]);
    if (task?.CurrentState.startsWith("Complete")) return { isDone: true, words: "" };
    if (task && /^(Failed|Rejected|Orphaned|Shutdown)/.test(task.CurrentState))
      return { isDone: false, words: task.Error || task.CurrentState };
    if (Date.now() > end)
      return { isDone: false, words: `it is ${task?.CurrentState ?? "not there"} after ${Math.round(waitMs / 1_000)} s` };
    await sleep(lookEveryMs);
  }
}

/** The last lines that a service has written; never a reason to fail. */
export async function lastLines(docker: Docker, name: string, lines = 20): Promise<string[]> {
  const text = await docker(["service", "logs", "--raw", "--tail", String(lines), name]).catch(() => "");
  return text.split("\n").filter(Boolean).slice(-lines);
}

/** What each service is to run. */
export const imagesOf = (stack: string, services: Record<string, StackService>): Map<string, string> =>
  new Map(Object.entries(services).map(([name, { image }]) => [`${stack}_${name}`, image ?? ""]));

const parseLines = <T>(text: string): T[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
