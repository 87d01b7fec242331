import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Moments in the life of a process at which it can be made to die or to freeze. They lie at the ports: no code of the
 * product knows of them, so none can be reached where `armPorts` was not called.
 */
export type Failpoint =
  /** The claim is committed, nothing of the run was begun. */
  | "claimed"
  /** The ledger has the attempt, no byte was sent. */
  | "attempt_recorded"
  /** The whole reply was read, nothing of it is stored. */
  | "reply_read"
  /** The journal has the tool call as begun, nothing was sent. */
  | "tool_begun"
  /** The tool's answer was read, it is not stored. */
  | "effect_done"
  /** Every step is stored, the end is not. */
  | "before_end"
  | "end_stored"
  /** A transaction's work is done, it is not committed; or it is, and nobody was told. */
  | "before_commit"
  | "after_commit"
  /** Something is in the journal, nothing that follows from it was begun. */
  | "journaled"
  /** A statement of a repository, by its name. */
  | `before:${string}`
  | `after:${string}`;

export interface Arming {
  action: "kill" | "freeze";
  /** Passed by where these are not all part of what the point is told: the tool, a run, a file of the stack. */
  when?: string | string[];
}

/** The test's side: a folder that the processes look into. The first one that comes by takes the point, and nobody after it. */
export class Failpoints implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "crew-failpoints-"));
  #armed = 0;

  /** Returns how to wait for the process that came by; resolves with its id. */
  arm(point: Failpoint, arming: Arming): (timeoutMs?: number) => Promise<number> {
    const id = ++this.#armed;
    const { action, when = [] } = arming;
    // Written beside and moved, so that nobody reads half of it.
    writeFileSync(join(this.folder, "new"), JSON.stringify({ id, action, when }));
    renameSync(join(this.folder, "new"), join(this.folder, fileOf(point)));
    return async (timeoutMs = 20_000) => {
      for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(10)) {
        const hit = readdirSync(this.folder).find((name) => name.startsWith(`hit-${id}-`));
        if (hit) return Number(hit.slice(`hit-${id}-`.length));
      }
      throw new Error(`nobody came by the failpoint ${point} within ${timeoutMs} ms`);
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The process's side. `detail` is only asked for when the point is armed. */
export function comeBy(folder: string, point: Failpoint, detail: () => string): void {
  const path = join(folder, fileOf(point));
  if (!existsSync(path)) return;
  try {
    const { id, action, when } = JSON.parse(readFileSync(path, "utf8")) as { id: number } & Required<Arming>;
    const told = detail();
    if (![when].flat().every((part) => told.includes(part))) return;
    renameSync(path, join(folder, `hit-${id}-${process.pid}`));
    process.kill(process.pid, action === "kill" ? "SIGKILL" : "SIGSTOP");
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function fileOf(point: Failpoint): string {
  return `armed-${encodeURIComponent(point)}`;
}
