import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackDocument } from "./stack-document.ts";

interface Named {
  ID: string;
  Spec: { Name: string; Labels: Record<string, string> };
}

interface PretendedService {
  image: string;
  replicas: number;
  ports?: number[];
}

/** What is told to fail: a whole command, a service's tasks, or its update; `match` is looked for in it. */
export interface Failure {
  kind: "command" | "task" | "update";
  match: string;
  /** Of a task's program; 1 when absent. */
  exitCode?: number;
}

export interface EngineState {
  services: Record<string, PretendedService>;
  images: string[];
  fails: Failure[];
  info: object;
  nodes: number;
  /** What inspecting a node answers. */
  labels: string;
  secrets: Record<string, Named>;
  configs: Record<string, Named>;
}

interface Asked {
  engine: EngineState;
  words: string[];
  line: string;
}

/**
 * A `docker` for tests: notes every command, keeps a swarm in one file, and fails where it is told to. Only what the
 * roll-out asks of an engine; what a real one does with it is tried on a real one. As a program it is found on the PATH;
 * most tests ask it within their own process, which takes no start of one for each word.
 */
export async function pretendedDocker(folder: string, words: string[]): Promise<string> {
  const stateFile = join(folder, "engine.json");
  const kept = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8")) as Partial<EngineState>) : {};
  const engine: EngineState = { services: {}, secrets: {}, configs: {}, images: [], fails: [], info: {}, nodes: 1, labels: "", ...kept };
  const before = JSON.stringify(engine);
  const asked = { engine, words, line: words.join(" ") };
  appendFileSync(join(folder, "commands.log"), `${asked.line}\n`);
  if (isTold(engine, "command", asked.line)) stop("Error response from daemon: told to fail");
  const out = await answer(asked);
  // Two may ask at once: neither must read what the other has half written.
  const mine = `${stateFile}.${process.pid}`;
  if (JSON.stringify(engine) !== before) {
    writeFileSync(mine, JSON.stringify(engine));
    renameSync(mine, stateFile);
  }
  return out ?? "";
}

/** `service logs` and the like: words behind a flag with a value are no names. */
const namesIn = (words: string[], from: number) =>
  words.slice(from).filter((word, at, all) => !word.startsWith("-") && !/^--(format|filter|tail)$/.test(all[at - 1] ?? ""));
const wordAt = (words: string[], at: number): string => words.at(at) ?? "";
const stop = (text: string): never => {
  throw new Error(text);
};
const told = (engine: EngineState, kind: Failure["kind"], name: string) =>
  engine.fails.find((one) => one.kind === kind && new RegExp(one.match).test(name));
const isTold = (engine: EngineState, kind: Failure["kind"], name: string) => told(engine, kind, name) !== undefined;

async function answer({ engine, words, line }: Asked): Promise<string | undefined> {
  const [noun = "", verb = ""] = words;
  if (noun === "info") return wordAt(words, -1).includes("NodeID") ? "node1" : JSON.stringify(engine.info);
  if (noun === "build") return void engine.images.push(wordAt(words, words.indexOf("--tag") + 1));
  if (noun === "pull") return void engine.images.push(verb);
  if (noun === "push") return;
  if (noun === "ps" || noun === "rm" || noun === "volume" || noun === "network") return "";
  if (noun === "node" && verb === "inspect") return engine.labels;
  if (noun === "node") return Array.from({ length: engine.nodes }, (_, at) => `node${at}`).join("\n");
  if (noun === "image") return imageAnswer(engine, words);
  if (noun === "config" || noun === "secret") return namedAnswer(noun === "config" ? engine.configs : engine.secrets, { words, line });
  if (noun === "stack") return await stackAnswer(engine, words);
  if (noun === "service") return serviceAnswer({ engine, words, line });
}

function imageAnswer(engine: EngineState, words: string[]): string {
  const name = wordAt(words, -1);
  if (!engine.images.includes(name)) stop(`Error: No such image: ${name}`);
  return words.includes("{{json .RepoDigests}}")
    ? JSON.stringify([`${name.replace(/:[^:/]*$/, "")}@sha256:${"ab".repeat(32)}`])
    : "sha256:1";
}

function namedAnswer(held: Record<string, Named>, { words, line }: Omit<Asked, "engine">): string | undefined {
  const verb = words[1];
  const labels = Object.fromEntries(words.flatMap((word, at) => (words[at - 1] === "--label" ? [word.split("=")] : [])));
  if (verb === "create") {
    const name = wordAt(words, -2);
    if (held[name]) stop(`Error response from daemon: rpc error: code = AlreadyExists desc = ${name} already exists`);
    const ID = `id-${name}-${Math.random().toString(36).slice(2)}`;
    held[name] = { ID, Spec: { Name: name, Labels: labels } };
    return ID;
  }
  if (verb === "inspect") return JSON.stringify(held[wordAt(words, -1)] ?? stop("Error: no such object"));
  if (verb === "rm") {
    const [key] = Object.entries(held).find(([name, { ID }]) => ID === words.at(-1) || name === words.at(-1)) ?? [];
    if (!key) return stop("Error: no such object");
    delete held[key];
    return;
  }
  // What is held here belongs to no stack.
  if (line.includes("com.docker.stack.namespace")) return "";
  const named = wordAt(words, -1).includes(".Label");
  return Object.values(held)
    .map(({ Spec }) => (named ? `${Spec.Name} ${Spec.Labels["crew.length"] ?? ""}`.trim() : Spec.Name))
    .join("\n");
}

async function stackAnswer(engine: EngineState, words: string[]): Promise<undefined> {
  const stack = wordAt(words, -1);
  if (words[1] === "rm") {
    for (const name of Object.keys(engine.services)) if (name.startsWith(`${stack}_`)) delete engine.services[name];
    return;
  }
  // Loaded where it is needed: a test starts hundreds of these.
  const { parse } = await import("yaml");
  const file = readFileSync(wordAt(words, words.indexOf("--compose-file") + 1), "utf8");
  const { services } = parse(file) as StackDocument;
  const kept = Object.entries(services).map(([name, { image = "", deploy }]): [string, PretendedService] => [
    `${stack}_${name}`,
    { image, replicas: deploy?.replicas ?? 1 },
  ]);
  if (words.includes("--prune"))
    for (const name of Object.keys(engine.services))
      if (name.startsWith(`${stack}_`) && !kept.some(([other]) => other === name)) delete engine.services[name];
  Object.assign(engine.services, Object.fromEntries(kept));
}

function serviceAnswer({ engine, words, line }: Asked): string | undefined {
  const verb = words[1];
  if (verb === "ls") {
    const stack = /namespace=(\S+)/.exec(line)?.[1];
    return Object.keys(engine.services)
      .filter((name) => !stack || name.startsWith(`${stack}_`))
      .join("\n");
  }
  if (verb === "rm")
    return void (engine.services[wordAt(words, 2)] ? delete engine.services[wordAt(words, 2)] : stop("Error: No such service"));
  if (verb === "logs") return `words of ${words.at(-1)}`;
  const asked = namesIn(words, 2).map((name): [string, PretendedService] => [
    name,
    engine.services[name] ?? stop(`no such service: ${name}`),
  ]);
  if (verb === "inspect" && words.some((word) => word.includes("PublishedPort")))
    return asked.map(([name, { ports = [] }]) => [name, ...ports].join(" ")).join("\n");
  if (verb === "inspect")
    return asked
      .map(([name, { replicas, image }]) => {
        const took = isTold(engine, "update", `${name} ${image}`) && { UpdateStatus: { State: "rollback_completed", StartedAt: image } };
        return JSON.stringify({ ID: name, Spec: { Name: name, Mode: { Replicated: { Replicas: replicas } } }, ...took });
      })
      .join("\n");
  return asked.flatMap(([name, service]) => tasksOf(engine, name, service)).join("\n");
}

function tasksOf(engine: EngineState, name: string, { image, replicas }: PretendedService): string[] {
  return Array.from({ length: replicas }, (_, at) => {
    const wrong = told(engine, "task", `${name} ${image}`);
    const state = wrong ? "Failed 1 second ago" : /_(migrate|upgrade-check)$/.test(name) ? "Complete 1 second ago" : "Running 1 second ago";
    return JSON.stringify({
      ID: `${name}.${at + 1}`,
      Name: `${name}.${at + 1}`,
      Image: image,
      DesiredState: state.startsWith("Running") ? "Running" : "Shutdown",
      CurrentState: state,
      Error: wrong ? `task: non-zero exit (${wrong.exitCode ?? 1})` : "",
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const out = await pretendedDocker(process.env.PRETENDED_ENGINE ?? "", process.argv.slice(2));
    if (out) process.stdout.write(`${out}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
