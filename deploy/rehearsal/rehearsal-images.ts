import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCAL_BASES, makeBases } from "../bases/make-bases.ts";
import type { Engine } from "./open-engine.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const BUILD_MS = 30 * 60_000;

/** What the roll-out must be told so that it builds and runs without any registry of images. */
export const OFFLINE: Record<string, string> = {
  CREW_POSTGRES_IMAGE: LOCAL_BASES.CREW_POSTGRES_IMAGE,
  CREW_REDIS_IMAGE: LOCAL_BASES.CREW_REDIS_IMAGE,
  CREW_BUILD_OPTIONS: `--network host --build-arg NODE_IMAGE=${LOCAL_BASES.NODE_IMAGE} --build-arg CADDY_IMAGE=${LOCAL_BASES.CADDY_IMAGE}`,
};

export async function haveBases(engine: Engine, tell: (line: string) => void): Promise<void> {
  const found = await Promise.all(Object.values(LOCAL_BASES).map((image) => hasImage(engine, image)));
  if (found.every(Boolean)) return;
  await makeBases(npmFolder(), tell, engine.environment);
}

/** Where npm itself is. Asked, it would name a place beside the Node that runs it, which here is one of our packages. */
function npmFolder(): string {
  const program = process.env.npm_execpath ?? execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  return dirname(dirname(realpathSync(program)));
}

/** The next version: other code, and a migration that the present one does not know. */
export const nextImage = (engine: Engine, from: string) => variantOf(engine, from, "next");

/** A version whose API never gets ready, to see it taken back. */
export const brokenImage = (engine: Engine, from: string) => variantOf(engine, from, "broken");

async function variantOf(engine: Engine, from: string, name: "next" | "broken"): Promise<string> {
  const image = `crew:rehearsal-${name}`;
  const words = ["build", "--quiet", "--build-arg", `CREW_IMAGE=${from}`, "--tag", image, "--file", join(HERE, `${name}.Dockerfile`)];
  await engine.docker([...words, dirname(HERE)], BUILD_MS);
  return image;
}

const hasImage = (engine: Engine, image: string) =>
  engine.docker(["image", "inspect", image]).then(
    () => true,
    () => false,
  );
