import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A `docker` for tests: notes every command, keeps a swarm in one file, and fails where it is told to. Only what the
 * roll-out asks of an engine; what a real one does with it is tried on a real one.
 */
const folder = process.env.PRETENDED_ENGINE;
const stateFile = join(folder, "engine.json");
const engine = existsSync(stateFile) ? JSON.parse(readFileSync(stateFile, "utf8")) : {};
for (const [key, value] of Object.entries({ services: {}, secrets: {}, configs: {}, images: [], fails: [], info: {}, nodes: 1 }))
  engine[key] ??= value;
const words = process.argv.slice(2);
const line = words.join(" ");
appendFileSync(join(folder, "commands.log"), `${line}\n`);
/** `service logs` and the like: words behind a flag with a value are no names. */
const names = (from) =>
  words.slice(from).filter((word, at, all) => !word.startsWith("-") && !/^--(format|filter|tail)$/.test(all[at - 1] ?? ""));
const stop = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
const isTold = (kind, name) => engine.fails.some((one) => one.kind === kind && new RegExp(one.match).test(name));

if (isTold("command", line)) stop("Error response from daemon: told to fail");
const out = await answer();
writeFileSync(stateFile, JSON.stringify(engine));
if (out) process.stdout.write(`${out}\n`);

async function answer() {
  const [noun, verb] = words;
  if (noun === "info") return words.at(-1).includes("NodeID") ? "node1" : JSON.stringify(engine.info);
  if (noun === "build") return void engine.images.push(words[words.indexOf("--tag") + 1]);
  if (noun === "pull") return void engine.images.push(verb);
  if (noun === "push") return;
  if (noun === "ps" || noun === "rm" || noun === "volume" || noun === "network") return "";
  if (noun === "node" && verb === "inspect") return engine.labels;
  if (noun === "node") return Array.from({ length: engine.nodes }, (_, at) => `node${at}`).join("\n");
  if (noun === "image") return imageAnswer(words.at(-1));
  if (noun === "config" || noun === "secret") return namedAnswer(noun === "config" ? engine.configs : engine.secrets, verb);
  if (noun === "stack") return await stackAnswer(verb, words.at(-1));
  if (noun === "service") return serviceAnswer(verb);
}

function imageAnswer(name) {
  if (!engine.images.includes(name)) stop(`Error: No such image: ${name}`);
  return words.includes("{{json .RepoDigests}}")
    ? JSON.stringify([`${name.replace(/:[^:/]*$/, "")}@sha256:${"ab".repeat(32)}`])
    : "sha256:1";
}

function namedAnswer(held, verb) {
  const labels = Object.fromEntries(words.flatMap((word, at) => (words[at - 1] === "--label" ? [word.split("=")] : [])));
  if (verb === "create") {
    const name = words.at(-2);
    if (held[name]) stop(`Error response from daemon: rpc error: code = AlreadyExists desc = ${name} already exists`);
    held[name] = { ID: `id-${name}-${Math.random().toString(36).slice(2)}`, Spec: { Name: name, Labels: labels } };
    return held[name].ID;
  }
  if (verb === "inspect") return JSON.stringify(held[words.at(-1)] ?? stop("Error: no such object"));
  if (verb === "rm") {
    const [key] = Object.entries(held).find(([name, { ID }]) => ID === words.at(-1) || name === words.at(-1)) ?? [];
    if (!key) stop("Error: no such object");
    delete held[key];
    return;
  }
  // What is held here belongs to no stack.
  if (line.includes("com.docker.stack.namespace")) return "";
  const named = words.at(-1).includes(".Label");
  return Object.values(held)
    .map(({ Spec }) => (named ? `${Spec.Name} ${Spec.Labels["crew.length"] ?? ""}`.trim() : Spec.Name))
    .join("\n");
}

async function stackAnswer(verb, stack) {
  if (verb === "rm") {
    for (const name of Object.keys(engine.services)) if (name.startsWith(`${stack}_`)) delete engine.services[name];
    return;
  }
  // Loaded where it is needed: a test starts hundreds of these.
  const { parse } = await import("yaml");
  const { services } = parse(readFileSync(words[words.indexOf("--compose-file") + 1], "utf8"));
  const kept = Object.entries(services).map(([name, one]) => [
    `${stack}_${name}`,
    { image: one.image, replicas: one.deploy?.replicas ?? 1 },
  ]);
  if (words.includes("--prune"))
    for (const name of Object.keys(engine.services))
      if (name.startsWith(`${stack}_`) && !kept.some(([other]) => other === name)) delete engine.services[name];
  Object.assign(engine.services, Object.fromEntries(kept));
}

function serviceAnswer(verb) {
  if (verb === "ls") {
    const stack = /namespace=(\S+)/.exec(line)?.[1];
    return Object.keys(engine.services)
      .filter((name) => !stack || name.startsWith(`${stack}_`))
      .join("\n");
  }
  if (verb === "rm") return void (engine.services[words[2]] ? delete engine.services[words[2]] : stop("Error: No such service"));
  if (verb === "logs") return `words of ${words.at(-1)}`;
  const asked = names(2).map((name) => [name, engine.services[name] ?? stop(`no such service: ${name}`)]);
  if (verb === "inspect" && words.some((word) => word.includes("PublishedPort")))
    return asked.map(([name, { ports = [] }]) => [name, ...ports].join(" ")).join("\n");
  if (verb === "inspect")
    return asked
      .map(([name, { replicas, image }]) => {
        const took = isTold("update", `${name} ${image}`) && { UpdateStatus: { State: "rollback_completed", StartedAt: image } };
        return JSON.stringify({ ID: name, Spec: { Name: name, Mode: { Replicated: { Replicas: replicas } } }, ...took });
      })
      .join("\n");
  return asked.flatMap(([name, service]) => tasksOf(name, service)).join("\n");
}

function tasksOf(name, { image, replicas }) {
  return Array.from({ length: replicas }, (_, at) => {
    const isWrong = isTold("task", `${name} ${image}`);
    const state = isWrong ? "Failed 1 second ago" : name.endsWith("_migrate") ? "Complete 1 second ago" : "Running 1 second ago";
    return JSON.stringify({
      ID: `${name}.${at + 1}`,
      Name: `${name}.${at + 1}`,
      Image: image,
      DesiredState: state.startsWith("Running") ? "Running" : "Shutdown",
      CurrentState: state,
      Error: isWrong ? "task: non-zero exit (1)" : "",
    });
  });
}
