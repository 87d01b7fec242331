import type { Rollout, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";
import { readStack } from "../stack-document.ts";

const PUSH_MS = 60 * 60_000;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** To where every node can fetch it, and from then on by digest: a tag may be another image tomorrow. */
export const pushImages: Step = {
  name: "push",
  plan: ({ settings }) =>
    settings.registry
      ? [`docker push to ${settings.registry}, then name every image by its digest`]
      : ["nothing: CREW_REGISTRY is not set, so images stay on this engine, which must be the only node"],

  inputs: async ({ settings }, attempt) => [settings.registry, attempt.steps.build?.outputs?.image, imagesOfOthers(settings, "-")],

  async run({ settings, docker, print }, attempt) {
    const image = attempt.steps.build?.outputs?.image ?? "";
    const others = [...new Set(imagesOfOthers(settings, image))];
    if (!settings.registry) {
      await requireOneNode(docker);
      return { outcome: "skipped", note: "no registry: one node, which has the image", outputs: { image } };
    }
    const outputs: Record<string, string> = { image };
    for (const [name, isOwn] of [[image, settings.image === null] as const, ...others.map((one) => [one, false] as const)]) {
      if (DIGEST.test(name)) continue;
      print(`  ${isOwn ? "pushing" : "fetching"} ${name}`);
      try {
        await docker([isOwn ? "push" : "pull", name], PUSH_MS);
      } catch (error) {
        throw new RolloutError(
          `${name} could not be ${isOwn ? "pushed" : "fetched"}`,
          (error as Error).message,
          "the image is on this engine; the stack was not touched",
          "Sign in with docker login and check CREW_REGISTRY, then run deploy:swarm -- resume.",
          { cause: error },
        );
      }
      outputs[name === image ? "image" : name] = await digestOf(docker, name);
    }
    return { outcome: "done", note: outputs.image ?? "", outputs };
  },
};

/** What the stack file names beside ours and not by digest. */
function imagesOfOthers({ stackFile, variables }: Rollout["settings"], image: string): string[] {
  const { services } = readStack(stackFile, { ...variables, CREW_IMAGE: image });
  return Object.values(services)
    .map((service) => service.image ?? "")
    .filter((one) => one !== image && one !== "" && !DIGEST.test(one));
}

async function digestOf(docker: Rollout["docker"], name: string): Promise<string> {
  const digests = JSON.parse(await docker(["image", "inspect", "--format", "{{json .RepoDigests}}", name])) as string[];
  const repository = name.replace(/:[^:/]*$/, "");
  const own = digests.find((digest) => digest.startsWith(`${repository}@`) || digest.endsWith(`/${repository}`)) ?? digests[0];
  if (!own) throw new RolloutError(`${name} has no digest`, "the registry told none", "the stack was not touched", "Push it once more.");
  return own;
}

async function requireOneNode(docker: Rollout["docker"]): Promise<void> {
  const nodes = (await docker(["node", "ls", "--quiet"])).split("\n").filter(Boolean).length;
  if (nodes <= 1) return;
  throw new RolloutError(
    "The image cannot reach the other nodes",
    `the swarm has ${nodes} nodes, and CREW_REGISTRY is not set`,
    "the image is on this engine; the stack was not touched",
    "Set CREW_REGISTRY to a registry that all nodes reach, such as registry.example.org/crew, and run deploy:swarm -- resume.",
  );
}
