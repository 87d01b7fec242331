import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDocker } from "../swarm/run-docker.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DEBIAN = "crew-base/debian:local";
const SUITE = "bookworm";
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** Local images in place of the official ones, by the build argument or the variable of the stack that names them. */
export const LOCAL_BASES = {
  NODE_IMAGE: "crew-base/node:local",
  CADDY_IMAGE: "crew-base/caddy:local",
  CREW_POSTGRES_IMAGE: "crew-base/postgres:local",
  CREW_REDIS_IMAGE: "crew-base/redis:local",
  PROMETHEUS_IMAGE: "crew-base/prometheus:local",
  ALERTMANAGER_IMAGE: "crew-base/alertmanager:local",
} as const;

/**
 * Makes the bases from the distribution's own packages, for an engine that reaches no registry of images. Needs root and
 * debootstrap. `npmFolder` is where npm itself is installed; Node is the one that runs this.
 */
export async function makeBases(npmFolder: string, tell: (line: string) => void, environment: NodeJS.ProcessEnv): Promise<void> {
  const env = { ...environment, DOCKER_BUILDKIT: "0" };
  const folder = mkdtempSync(join(tmpdir(), "crew-bases-"));
  try {
    if (!(await isThere(DEBIAN, env))) {
      tell("a plain Debian, by debootstrap");
      const system = join(folder, "debian");
      execFileSync("debootstrap", ["--variant=minbase", SUITE, system], { stdio: "pipe" });
      const tar = join(folder, "debian.tar");
      execFileSync("tar", ["-C", system, "-cf", tar, "."]);
      await runDocker(["import", tar, DEBIAN], { timeoutMs: 300_000, env });
    }
    cpSync(process.execPath, join(folder, "context", "node"));
    cpSync(npmFolder, join(folder, "context", "npm"), { recursive: true });
    cpSync(AUTHORITIES, join(folder, "context", "authorities.crt"));
    for (const image of Object.values(LOCAL_BASES)) {
      const name = image.slice("crew-base/".length, -":local".length);
      tell(`the base for ${name}`);
      const file = join(HERE, `${name}.Dockerfile`);
      // Names of hosts are looked up as on this machine.
      const words = ["build", "--quiet", "--network", "host", "-t", image, "-f", file, join(folder, "context")];
      await runDocker(words, { timeoutMs: 900_000, env });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function isThere(image: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return runDocker(["image", "inspect", image], { env }).then(
    () => true,
    () => false,
  );
}
