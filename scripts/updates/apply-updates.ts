import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Proposal } from "./find-updates.ts";
import { writePin } from "./read-pins.ts";

/** No script of a package runs, and the lockfile names no host. */
const INSTALL = ["install", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"];

export interface ApplyOptions {
  root: string;
  /** What must pass afterwards, as words of a command. */
  proof: string[];
  /** For npm, in tests. */
  flags?: string[];
}

/** Changes the pins, installs, and runs what must pass. The exit code of the first that failed; what was changed stays to be looked at. */
export async function applyUpdates(proposals: Proposal[], { root, proof, flags = [] }: ApplyOptions): Promise<number> {
  for (const { pin, to } of proposals) writePin(root, pin, to);
  const [command = "", ...words] = proof;
  for (const [name, parameters] of [
    ["npm", [...INSTALL, ...flags]],
    [command, words],
  ] as const) {
    if (!name) continue;
    const [code] = await once(spawn(name, parameters, { cwd: root, stdio: "inherit" }), "exit");
    if (code !== 0) return code ?? 1;
  }
  return 0;
}

/** What was asked for: those that break nothing, or with `breaking` all; of one group or package where one is named. */
export function chosen(proposals: Proposal[], asked: { only: string[]; breaking: boolean }): Proposal[] {
  const named = proposals.filter(
    ({ group, pin }) => asked.only.length === 0 || asked.only.includes(group) || asked.only.includes(pin.name),
  );
  const fitting = named.filter(({ kind }) => asked.breaking || kind === "update");
  // With both at hand the farther one is meant.
  return fitting.filter((one) => !fitting.some((other) => other.pin === one.pin && other.kind === "breaking" && one.kind === "update"));
}
