import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is told to fail: a whole command, a service's tasks, or its update; `match` is looked for in it. */
export interface Failure {
  kind: "command" | "task" | "update";
  match: string;
}

interface EngineState {
  services?: Record<string, { image: string; replicas: number; ports?: number[] }>;
  images?: string[];
  fails?: Failure[];
  info?: object;
  nodes?: number;
  secrets?: Record<string, { ID: string; Spec: { Name: string; Labels: Record<string, string> } }>;
  configs?: Record<string, { ID: string; Spec: { Name: string; Labels: Record<string, string> } }>;
}

/** A folder with a program `docker` in it that only pretends; `environment` finds it first. */
export interface PretendedEngine extends Disposable {
  folder: string;
  environment: NodeJS.ProcessEnv;
  commands(): string[];
  state(): EngineState;
  change(change: EngineState): void;
}

export function pretendEngine(): PretendedEngine {
  const folder = mkdtempSync(join(tmpdir(), "pretended-engine-"));
  const program = fileURLToPath(new URL("pretended-engine.mjs", import.meta.url));
  const docker = join(folder, "docker");
  writeFileSync(docker, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(docker, 0o755);
  const stateFile = join(folder, "engine.json");
  const log = join(folder, "commands.log");
  const state = (): EngineState => (existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, "utf8")) as EngineState) : {});
  return {
    folder,
    environment: {
      ...process.env,
      DOCKER_HOST: undefined,
      PRETENDED_ENGINE: folder,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
    },
    commands: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
    state,
    change: (change) => writeFileSync(stateFile, JSON.stringify({ ...state(), ...change })),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
