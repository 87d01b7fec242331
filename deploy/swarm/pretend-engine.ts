import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EngineState, pretendedDocker } from "./pretended-docker.ts";
import { type Docker, dockerError } from "./run-docker.ts";

/** A folder with a program `docker` in it that only pretends; `environment` finds it first, `docker` asks it without a process. */
export interface PretendedEngine extends Disposable {
  folder: string;
  environment: NodeJS.ProcessEnv;
  docker: Docker;
  commands(): string[];
  state(): Partial<EngineState>;
  change(change: Partial<EngineState>): void;
}

export function pretendEngine(): PretendedEngine {
  const folder = mkdtempSync(join(tmpdir(), "pretended-engine-"));
  const program = fileURLToPath(new URL("pretended-docker.ts", import.meta.url));
  const docker = join(folder, "docker");
  writeFileSync(docker, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(docker, 0o755);
  const stateFile = join(folder, "engine.json");
  let last: Promise<unknown> = Promise.resolve();
  const log = join(folder, "commands.log");
  const state = (): Partial<EngineState> =>
    existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8")) as Partial<EngineState>) : {};
  return {
    folder,
    environment: {
      ...process.env,
      DOCKER_HOST: undefined,
      PRETENDED_ENGINE: folder,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
    },
    docker: (parameters) => {
      const answer = last
        .then(() => pretendedDocker(folder, parameters))
        .catch((error: Error) => Promise.reject(dockerError(parameters, error)));
      last = answer.catch(() => {});
      return answer;
    },
    commands: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    state,
    change: (change) => writeFileSync(stateFile, JSON.stringify({ ...state(), ...change })),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
