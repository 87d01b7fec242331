import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface PostmasterFile {
  pid: number;
  isReady: boolean;
}

/** What a running server writes of itself into its data folder; `undefined` when there is none, or half of one. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, isReady: lines[7]?.trim() === "ready" } : undefined;
}

export function removePostmasterFile(data: string): void {
  rmSync(join(data, "postmaster.pid"), { force: true });
}
