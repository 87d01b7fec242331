import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

/** What the program `curl` prints, and the status of the answer. */
export async function curl(parameters: string[]): Promise<{ status: number; text: string }> {
  const { stdout } = await promisify(execFile)("curl", ["-sS", "--max-time", "20", "-w", "\n%{http_code}", ...parameters]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}

export interface ServerSentEvent {
  id: string | undefined;
  event: string | undefined;
  data: string;
}

/** A `curl -N` on a stream of server-sent events. Whatever was not ended by an empty line when it broke off counts for nothing. */
export class CurlStream {
  readonly events: ServerSentEvent[] = [];
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  #rest = "";
  #onEvent = () => {};

  constructor(parameters: string[]) {
    this.#child = spawn("curl", ["-sSN", "--max-time", "120", ...parameters], { stdio: ["ignore", "pipe", "ignore"] });
    this.ended = once(this.#child, "close");
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#read(text));
  }

  /** Resolves when so many numbered events have come, or the stream has ended. */
  async untilNumbered(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEvent = () => {
      if (this.numbered().length >= count) resolve();
    };
    this.#onEvent();
    await Promise.race([promise, this.ended]);
  }

  numbered(): ServerSentEvent[] {
    return this.events.filter((event) => event.id !== undefined);
  }

  async drop(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  #read(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line));
      const fieldOf = (name: string) => fields.findLast((field) => field?.[1] === name)?.[2];
      const data = fieldOf("data");
      if (data !== undefined) this.events.push({ id: fieldOf("id"), event: fieldOf("event"), data });
    }
    this.#onEvent();
  }
}
