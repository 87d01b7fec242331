import { join } from "node:path";
import { writeStack } from "./render-stack.ts";
import { DATA_SERVICES, fullName, MIGRATION, onlyServices, type Rollout, servicesBeside } from "./rollout.ts";
import { RolloutError } from "./rollout-error.ts";
import type { Docker } from "./run-docker.ts";
import type { StackDocument } from "./stack-document.ts";
import { imagesOf, lastLines, NotServing, snapshotOf, untilServing, untilTaskEnds, type WaitOptions } from "./watch-services.ts";

export interface BringUpOptions {
  stack: string;
  document: StackDocument;
  /** For the files that the engine is given. */
  folder: string;
  /** Images come from a registry, whose sign-in the nodes need. */
  isFromRegistry: boolean;
}

/**
 * The data first, then the migration, then everything else. The migration only adds what the new version needs, so the
 * old one serves until the new one does.
 */
export async function bringUp({ docker, settings, print }: Pick<Rollout, "docker" | "settings" | "print">, options: BringUpOptions) {
  const { stack, document, folder } = options;
  const wait = { waitMs: settings.waitMs, lookEveryMs: settings.lookEveryMs, tell: (line: string) => print(`  ${line}`) };
  const since = await snapshotOf(docker, stack);
  if (document.services[MIGRATION] && since.tasks.size > 0) await askUpgrade(docker, options, wait, print);
  const data = onlyServices(document, ...DATA_SERVICES);
  if (Object.keys(data.services).length > 0) {
    await deployFile(docker, stack, writeStack(data, join(folder, "data.yaml")), options);
    await serving(docker, stack, data, { ...wait, since });
  }
  if (document.services[MIGRATION]) await migrate(docker, options, wait, print);
  const rest = servicesBeside(document, MIGRATION);
  await deployFile(docker, stack, writeStack(rest, join(folder, "stack.yaml")), { ...options, prunes: true });
  await serving(docker, stack, rest, { ...wait, since });
}

export async function deployFile(
  docker: Docker,
  stack: string,
  file: string,
  { isFromRegistry, prunes = false }: { isFromRegistry: boolean; prunes?: boolean },
): Promise<void> {
  // Images are named by what they are, so there is nothing to resolve; the tasks are waited for here, with reasons.
  const words = [
    "--detach=true",
    "--resolve-image",
    "never",
    ...(prunes ? ["--prune"] : []),
    ...(isFromRegistry ? ["--with-registry-auth"] : []),
  ];
  await docker(["stack", "deploy", ...words, "--compose-file", file, stack], 300_000);
}

async function serving(docker: Docker, stack: string, document: StackDocument, wait: Parameters<typeof untilServing>[2]): Promise<void> {
  try {
    await untilServing(docker, imagesOf(stack, document.services), wait);
  } catch (error) {
    if (!(error instanceof NotServing)) throw error;
    const lines = await lastLines(docker, error.task ?? error.service);
    throw new RolloutError(
      "Services did not come up",
      [error.message, ...lines.map((line) => `    ${line}`)].join("\n"),
      "the data and the release before",
      `Look at docker service ps --no-trunc ${error.service}, put it right, and run it again.`,
      { cause: error },
    );
  }
}

type TaskWait = Omit<WaitOptions, "since">;
type Print = (line: string) => void;

const UPGRADE_CHECK = "upgrade-check";
/** Of a task whose program ended with it. */
const endedWith = (code: number, words: string) => words.includes(`non-zero exit (${code})`);

/** The new version looks at what is there, as `crew upgrade --check`: what it remarks is told, what it cannot stand ends the roll-out. */
async function askUpgrade(docker: Docker, options: BringUpOptions, wait: TaskWait, print: Print): Promise<void> {
  const { services, ...rest } = options.document;
  const asking = {
    ...services[MIGRATION],
    command: ["upgrade", "--check"],
    deploy: { ...services[MIGRATION]?.deploy, restart_policy: { condition: "none" } },
  };
  const { name, isDone, words, lines } = await runOnce(docker, options, { ...rest, services: { [UPGRADE_CHECK]: asking } }, wait);
  await docker(["service", "rm", name]).catch(() => undefined);
  if (isDone) return print(`  the upgrade was asked: ${shortened(lines.at(-1) ?? "nothing stands in its way")}`);
  const told = lines.map((line) => `    ${line}`);
  if (endedWith(1, words)) {
    print("  the upgrade goes on with remarks:");
    return told.forEach(print);
  }
  throw new RolloutError(
    "This version cannot be started on what is there",
    [words, ...told].join("\n"),
    "nothing was changed",
    "Do what it says, and run deploy:swarm -- resume.",
  );
}

async function migrate(docker: Docker, options: BringUpOptions, wait: TaskWait, print: Print): Promise<void> {
  const { name, isDone, words, lines } = await runOnce(docker, options, onlyServices(options.document, MIGRATION), wait);
  if (isDone) return print(`  migrated: ${shortened(lines.at(-1) ?? "the task is complete")}`);
  throw new RolloutError(
    "The migration failed",
    [words, ...lines.slice(-20).map((line) => `    ${line}`)].join("\n"),
    "each migration is one transaction, so the database is at the last one that went through; the services were not touched",
    `The task is still there: docker service logs ${name}. Put right what it says, and run it again.`,
  );
}

/** The one service of a document whose task ends by itself, and what it has written. */
async function runOnce(docker: Docker, options: BringUpOptions, document: StackDocument, wait: TaskWait) {
  const [service = ""] = Object.keys(document.services);
  const name = fullName(options.stack, service);
  // What is left of the last one would count as done.
  await docker(["service", "rm", name]).catch(() => undefined);
  await deployFile(docker, options.stack, writeStack(document, join(options.folder, `${service}.yaml`)), options);
  const { isDone, words } = await untilTaskEnds(docker, name, wait);
  const lines = await lastLines(docker, name, 40);
  if (isDone) await removeContainers(docker, `label=com.docker.swarm.service.name=${name}`);
  return { name, isDone, words, lines };
}

/** An engine keeps the container of a task that has ended, also of a service that is gone. Those of other nodes are out of reach. */
export async function removeContainers(docker: Docker, filter: string): Promise<void> {
  const ended = await docker(["ps", "--all", "--quiet", "--filter", filter, "--filter", "status=exited"]).catch(() => "");
  const ids = ended.split("\n").filter(Boolean);
  if (ids.length > 0) await docker(["rm", ...ids]).catch(() => undefined);
}

const shortened = (line: string): string => (line.length > 100 ? `${line.slice(0, 99)}…` : line);
