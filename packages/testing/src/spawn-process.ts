import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface SpawnedProcess extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  /** All that it has written so far, both streams in order of arrival. */
  output(): string;
  write(input: string): void;
  /** Resolves with the match as soon as the output has it; rejects when the process ends before. */
  untilOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** SIGKILL to the process alone, as a crash would have it. */
  kill(): Promise<void>;
  /** SIGSTOP: alive, its connections open, and doing nothing until `thaw`. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<number | null>;
}

export interface SpawnOptions {
  env?: Record<string, string>;
  /** For Node, before the script. */
  args?: string[];
  /** For the script. */
  scriptArgs?: string[];
  cwd?: string;
  /** Keeps standard input open for `write`. */
  stdin?: boolean;
}

/** A test that is given up half-way leaves none of its processes behind. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Ends with this process, however a test has left it. */
export function endWithTests(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}

/** A real process of the product under this Node. `env` is all that it gets, besides what Node needs to start. */
export function spawnProcess(script: string, options: SpawnOptions = {}): SpawnedProcess {
  const { PATH = "", HOME = "/tmp" } = process.env;
  // Every program of the product loads so by itself; the tests' own programs are given it.
  const faster = ["--import", fileURLToPath(new URL("../../platform/src/load-faster.ts", import.meta.url))];
  const child = spawn(process.execPath, [...faster, ...(options.args ?? []), script, ...(options.scriptArgs ?? [])], {
    cwd: options.cwd ?? new URL("../../..", import.meta.url).pathname,
    env: { PATH, HOME, ...options.env },
    stdio: [options.stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  endWithTests(child);
  let text = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const watch of watchers) watch();
    });
  }
  const exited = once(child, "exit").then(([code]) => {
    for (const watch of watchers) watch();
    return code as number | null;
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    exited,
    output: () => text,
    write: (input) => child.stdin?.write(input),
    async untilOutput(pattern, timeoutMs = 30_000) {
      const { promise, resolve, reject } = Promise.withResolvers<RegExpMatchArray>();
      const watch = () => {
        const match = text.match(pattern);
        if (match) resolve(match);
        else if (isOver()) reject(new Error(`the process ended before it wrote ${pattern}:\n${text}`));
      };
      const timer = setTimeout(() => reject(new Error(`the process did not write ${pattern} in ${timeoutMs} ms:\n${text}`)), timeoutMs);
      watchers.add(watch);
      watch();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        watchers.delete(watch);
      }
    },
    async kill() {
      end(child, "SIGKILL");
      await exited;
    },
    freeze: () => end(child, "SIGSTOP"),
    thaw: () => end(child, "SIGCONT"),
    async stop() {
      end(child, "SIGTERM");
      // A frozen process hears nothing.
      end(child, "SIGCONT");
      const force = setTimeout(() => end(child, "SIGKILL"), 15_000);
      const code = await exited;
      clearTimeout(force);
      return code;
    },
    async [Symbol.asyncDispose]() {
      end(child, "SIGKILL");
      await exited;
    },
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}
