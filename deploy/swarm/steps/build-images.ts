import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Rollout, RolloutSettings, Step } from "../rollout.ts";
import { RolloutError } from "../rollout-error.ts";

/** What the image is made of; anything else may change without another image. */
const SOURCES = ["package.json", "package-lock.json", "tsconfig.json", "packages", "apps", "scripts", "deploy/Dockerfile", "deploy/start"];
const NOT_SOURCES = new Set(["node_modules", ".next", "out", ".data", ".tmp", "coverage"]);
const BUILD_MS = 60 * 60_000;

/** One image for every service of ours; its tag says what it was made of. */
export const buildImages: Step = {
  name: "build",
  plan: ({ settings }) =>
    settings.image
      ? [`nothing: CREW_IMAGE is ${settings.image}`]
      : [`docker build -f deploy/Dockerfile ${settings.buildOptions.join(" ")} -t ${imageName(settings)}`.replaceAll("  ", " ")],

  inputs: async ({ settings }) => [settings.image ?? imageName(settings), settings.buildOptions],

  isStillThere: ({ docker }, { image }) => isThere(docker, image),

  async run({ settings, docker, print }) {
    if (settings.image) {
      if (!(await isThere(docker, settings.image))) await docker(["pull", settings.image], BUILD_MS);
      return { outcome: "skipped", note: `CREW_IMAGE names ${settings.image}`, outputs: { image: settings.image } };
    }
    const image = imageName(settings);
    if (await isThere(docker, image)) return { outcome: "done", note: `${image} was there`, outputs: { image } };
    const words = ["build", "-f", join(settings.root, "deploy/Dockerfile"), "--build-arg", `VERSION=${settings.version}`];
    print(`  building ${image}, which takes minutes at the first time`);
    try {
      await docker([...words, ...settings.buildOptions, "-t", image, settings.root], BUILD_MS);
    } catch (error) {
      throw new RolloutError(
        "The image could not be built",
        (error as Error).message,
        "nothing was changed; what was built so far is in the engine's cache",
        "Put right what it says (CREW_BUILD_OPTIONS takes more words for docker build), and run deploy:swarm -- resume.",
        { cause: error },
      );
    }
    return { outcome: "done", note: image, outputs: { image } };
  },
};

const isThere = (docker: Rollout["docker"], image: string | undefined): Promise<boolean> =>
  docker(["image", "inspect", "--format", "{{.Id}}", image ?? ""]).then(
    (id) => id !== "",
    () => false,
  );

export function imageName({ registry, version, root, buildOptions }: RolloutSettings): string {
  const name = registry ? `${registry.replace(/^https?:\/\//, "").replace(/\/$/, "")}/crew` : "crew";
  const tag = version.replace(/[^A-Za-z0-9_.-]/g, "-");
  return `${name}:${tag}-${hashOfSources(root, buildOptions)}`;
}

function hashOfSources(root: string, buildOptions: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(buildOptions));
  for (const path of SOURCES.flatMap((source) => filesUnder(join(root, source)))) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
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
