import { join } from "node:path";
import { writeStack } from "./render-stack.ts";
import { DATA_SERVICES, fullName, MIGRATION, onlyServices, type Rollout, servicesBeside } from "./rollout.ts";
import { RolloutError } from "./rollout-error.ts";
import type { Docker } from "./run-docker.ts";
import type { StackDocument } from "./stack-document.ts";
import { imagesOf, lastLines, snapshotOf, untilServing, untilTaskEnds, type WaitOptions } from "./watch-services.ts";

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
    const { message } = error as Error;
    const culprit = Object.keys(document.services).find((name) => message.includes(fullName(stack, name)));
    const lines = culprit ? await lastLines(docker, fullName(stack, culprit)) : [];
    throw new RolloutError(
      "Services did not come up",
      [message, ...lines.map((line) => `    ${line}`)].join("\n"),
      "the data and the release before",
      `Look at docker service ps --no-trunc ${fullName(stack, culprit ?? "api")}, put it right, and run it again.`,
      { cause: error },
    );
  }
}

async function migrate(
  docker: Docker,
  options: BringUpOptions,
  wait: Omit<WaitOptions, "since">,
  print: (line: string) => void,
): Promise<void> {
  const { stack, document, folder } = options;
  const name = fullName(stack, MIGRATION);
  // What is left of the last one would count as done.
  await docker(["service", "rm", name]).catch(() => undefined);
  await deployFile(docker, stack, writeStack(onlyServices(document, MIGRATION), join(folder, "migrate.yaml")), options);
  const { isDone, words } = await untilTaskEnds(docker, name, wait);
  const lines = await lastLines(docker, name, isDone ? 1 : 20);
  if (isDone) {
    await removeContainers(docker, `label=com.docker.swarm.service.name=${name}`);
    print(`  migrated: ${lines.at(-1) ?? "the task is complete"}`);
    return;
  }
  throw new RolloutError(
    "The migration failed",
    [words, ...lines.map((line) => `    ${line}`)].join("\n"),
    "each migration is one transaction, so the database is at the last one that went through; the services were not touched",
    `The task is still there: docker service logs ${name}. Put right what it says, and run it again.`,
  );
}

/** An engine keeps the container of a task that has ended, also of a service that is gone. Those of other nodes are out of reach. */
export async function removeContainers(docker: Docker, filter: string): Promise<void> {
  const ended = await docker(["ps", "--all", "--quiet", "--filter", filter, "--filter", "status=exited"]).catch(() => "");
  const ids = ended.split("\n").filter(Boolean);
  if (ids.length > 0) await docker(["rm", ...ids]).catch(() => undefined);
}
