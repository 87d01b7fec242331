import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Rollout, RolloutSettings, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";

/** An image of ours; its variable in the stack file says which one to take instead. */
interface OwnImage {
  variable: string;
  name: string;
  file: string;
  context: string;
  /** What it is made of; anything else may change without another image. */
  sources: string[];
  /** Says the platform's version; any other keeps its name over versions, so that its service is left alone. */
  isVersioned: boolean;
}

const IMAGES: readonly OwnImage[] = [
  {
    variable: "CREW_IMAGE",
    name: "crew",
    file: "deploy/Dockerfile",
    context: ".",
    sources: ["package.json", "package-lock.json", "tsconfig.json", "packages", "apps", "scripts", "deploy/Dockerfile", "deploy/start"],
    isVersioned: true,
  },
  {
    variable: "CREW_PROXY_IMAGE",
    name: "crew-proxy",
    file: "deploy/proxy.Dockerfile",
    context: "deploy",
    sources: ["deploy/proxy.Dockerfile"],
    isVersioned: false,
  },
];
const NOT_SOURCES = new Set(["node_modules", ".next", "out", ".data", ".tmp", "coverage"]);
const BUILD_MS = 60 * 60_000;

/** The images that are ours; a tag says what its image was made of. */
export const buildImages: Step = {
  name: "build",
  plan: ({ settings }) =>
    IMAGES.map((image) => {
      const given = settings.variables[image.variable];
      return given ? `take ${given} (${image.variable})` : `docker build -f ${image.file} -t ${nameOf(settings, image)} ${image.context}`;
    }),

  inputs: async ({ settings }) => [
    IMAGES.map((image) => settings.variables[image.variable] || nameOf(settings, image)),
    settings.buildOptions,
  ],

  async isStillThere({ docker }, outputs) {
    const found = await Promise.all(Object.values(outputs).map((image) => isThere(docker, image)));
    return found.every(Boolean);
  },

  async run({ settings, docker, print }) {
    const outputs: Record<string, string> = {};
    for (const image of IMAGES) {
      const given = settings.variables[image.variable];
      outputs[image.variable] = given || nameOf(settings, image);
      if (await isThere(docker, outputs[image.variable])) continue;
      print(`  ${given ? `fetching ${given}` : `building ${outputs[image.variable]}, which takes minutes at the first time`}`);
      await (given ? docker(["pull", given], BUILD_MS) : build(docker, settings, image)).catch(refused(image.name));
    }
    const isGiven = IMAGES.every(({ variable }) => settings.variables[variable]);
    return { outcome: isGiven ? "skipped" : "done", note: `${isGiven ? "given: " : ""}${Object.values(outputs).join(", ")}`, outputs };
  },
};

/** Which of them the roll-out itself has made. */
export const builtVariables = ({ variables }: RolloutSettings): string[] =>
  IMAGES.map(({ variable }) => variable).filter((variable) => !variables[variable]);

function build(docker: Rollout["docker"], settings: RolloutSettings, image: OwnImage): Promise<string> {
  const words = ["build", "--file", join(settings.root, image.file), "--tag", nameOf(settings, image)];
  const version = image.isVersioned ? ["--build-arg", `VERSION=${settings.version}`] : [];
  return docker([...words, ...version, ...settings.buildOptions, join(settings.root, image.context)], BUILD_MS);
}

const refused = (name: string) => (error: Error) => {
  throw new RolloutError(
    `The image ${name} is not there`,
    error.message,
    "nothing was changed; what was built so far is in the engine's cache",
    "Put right what it says (CREW_BUILD_OPTIONS takes more words for docker build), and run deploy:swarm -- resume.",
    { cause: error },
  );
};

const isThere = (docker: Rollout["docker"], image: string | undefined): Promise<boolean> =>
  docker(["image", "inspect", "--format", "{{.Id}}", image ?? ""]).then(
    (id) => id !== "",
    () => false,
  );

function nameOf({ registry, version, root, buildOptions }: RolloutSettings, image: OwnImage): string {
  const name = registry ? `${registry.replace(/^https?:\/\//, "").replace(/\/$/, "")}/${image.name}` : image.name;
  const hash = createHash("sha256").update(JSON.stringify(buildOptions));
  for (const path of image.sources.flatMap((source) => filesUnder(join(root, source)))) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  const prefix = image.isVersioned ? `${version.replace(/[^A-Za-z0-9_.-]/g, "-")}-` : "";
  return `${name}:${prefix}${hash.digest("hex").slice(0, 12)}`;
}

function filesUnder(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(({ name }) => !NOT_SOURCES.has(name) && !/\.test\.tsx?$/.test(name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : []));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}
