import type { Rollout, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import type { Attempt } from "../rollout-state.ts";
import { readStack } from "../stack-document.ts";
import { builtVariables } from "./build-images.ts";

const PUSH_MS = 60 * 60_000;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** To where every node can fetch it, and from then on by digest: a tag may be another image tomorrow. */
export const pushImages: Step = {
  name: "push",
  plan: ({ settings }) =>
    settings.registry
      ? [`docker push to ${settings.registry}, then name every image by its digest`]
      : ["nothing: CREW_REGISTRY is not set, so images stay on this engine, which must be the only node"],

  inputs: async ({ settings }, attempt) => [settings.registry, imagesOf(settings, attempt)],

  /** Answers with the name by digest of each image. */
  async run({ settings, docker, print }, attempt) {
    if (!settings.registry) {
      await requireOneNode(docker);
      return { outcome: "skipped", note: "no registry: one node, which has the images" };
    }
    const own = new Set(builtVariables(settings).map((variable) => attempt.steps.build?.outputs?.[variable]));
    const outputs: Record<string, string> = {};
    for (const image of imagesOf(settings, attempt).filter((one) => !DIGEST.test(one))) {
      const verb = own.has(image) ? "push" : "pull";
      print(`  ${verb} ${image}`);
      await docker([verb, image], PUSH_MS).catch(refused(`${image} could not be ${own.has(image) ? "pushed" : "fetched"}`));
      outputs[image] = await digestOf(docker, image);
    }
    return { outcome: "done", note: `${Object.keys(outputs).length} images by digest`, outputs };
  },
};

function imagesOf({ stackFile, variables, stack }: Rollout["settings"], attempt: Attempt): string[] {
  const { services } = readStack(stackFile, { ...variables, CREW_STACK: stack, ...attempt.steps.build?.outputs });
  return [...new Set(Object.values(services).map(({ image = "" }) => image))];
}

const refused = (what: string) => (error: Error) => {
  throw new RolloutError(
    what,
    error.message,
    "the image is on this engine; the stack was not touched",
    "Sign in with docker login and check CREW_REGISTRY, then run deploy:swarm -- resume.",
    { cause: error },
  );
};

async function digestOf(docker: Rollout["docker"], name: string): Promise<string> {
  const digests = JSON.parse(await docker(["image", "inspect", "--format", "{{json .RepoDigests}}", name])) as string[];
  // One image may have been pushed to several places.
  const repository = name.replace(/:[^:/]*$/, "");
  const own = digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0];
  if (!own) throw new RolloutError(`${name} has no digest`, "the registry told none", "the stack was not touched", "Push it once more.");
  return own;
}

async function requireOneNode(docker: Rollout["docker"]): Promise<void> {
  const nodes = (await docker(["node", "ls", "--quiet"])).split("\n").filter(Boolean).length;
  if (nodes <= 1) return;
  throw new RolloutError(
    "The images cannot reach the other nodes",
    `the swarm has ${nodes} nodes, and CREW_REGISTRY is not set`,
    "the images are on this engine; the stack was not touched",
    "Set CREW_REGISTRY to a registry that all nodes reach, such as registry.example.org/crew, and run deploy:swarm -- resume.",
  );
}
