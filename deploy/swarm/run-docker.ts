import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Asks one engine; the timeout is for commands that build or wait. */
export type Docker = (parameters: string[], timeoutMs?: number) => Promise<string>;

/** What the engine said, or why it could not be asked: the last line of its own words. */
export class DockerError extends Error {
  override name = "DockerError";
}

/** One command of the Docker client; resolves with its output. Which engine it asks is the environment's business (`DOCKER_HOST`). */
export async function runDocker(parameters: string[], options: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {}): Promise<string> {
  try {
    const { stdout } = await run("docker", parameters, {
      env: options.env,
      timeout: options.timeoutMs ?? 60_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    throw dockerError(parameters, error as Error);
  }
}

export function dockerError(parameters: readonly string[], cause: Error & { stderr?: string }): DockerError {
  const words = cause.stderr?.trim().split("\n").at(-1) || cause.message;
  return new DockerError(`docker ${parameters.slice(0, 2).join(" ")}: ${words}`, { cause });
}
