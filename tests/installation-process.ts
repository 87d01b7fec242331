import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { processFamily } from "@crew/testing/process-family";

const MAIN = fileURLToPath(new URL("../apps/embedded/src/main.ts", import.meta.url));

export interface StartOptions {
  dataDir: string;
  env?: Record<string, string>;
  nodeFlags?: string[];
  script?: string;
}

/** A whole platform as a process of its own, as somebody would start it. */
export class InstallationProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #exited: Promise<unknown>;

  constructor(options: StartOptions) {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: "0", CREW_DATA_DIR: options.dataDir, ...options.env };
    this.child = spawn(process.execPath, [...(options.nodeFlags ?? []), options.script ?? MAIN], {
      // An empty value counts as unset.
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.#exited = once(this.child, "close");
  }

  /** Resolves when the welcome lines are out. */
  async ready(): Promise<this> {
    for (const end = Date.now() + 60_000; !this.stdout.includes("\nModels "); await wait(20)) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`the platform did not start:\n${this.stdout}${this.stderr}`);
    }
    return this;
  }

  async exitCode(): Promise<number | null> {
    await this.#exited;
    return this.child.exitCode;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.exitCode();
  }

  get origin(): string {
    return /runs at (\S+)/.exec(this.stdout)?.[1] ?? "";
  }

  get link(): string {
    return /^Sign in +(http\S+\?token=\S+)/m.exec(this.stdout)?.[1] ?? "";
  }

  /** The process and all that it started, as long as they run. */
  family(): number[] {
    return processFamily(this.child.pid ?? 0);
  }
}
