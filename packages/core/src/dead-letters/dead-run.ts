import { hostname } from "node:os";
import { DEAD_RUN_CODES } from "@crew/contracts/dead-letters";
import type { RunKind } from "@crew/contracts/run-states";
import type { System } from "../system.ts";

/** What the journal's last commit writes beside the end of a run that became a dead letter. */
export interface DeadRun {
  id: string;
  /** The process that gave it up. */
  worker: { host: string; pid: number };
}

const CODES: readonly string[] = DEAD_RUN_CODES;

/**
 * Whether a failure makes the run a dead letter; `null`: it does not. The answer of a chat says itself that it failed, so
 * only one that killed its workers is kept.
 */
export function deadRun(system: Pick<System, "newId">, kind: RunKind, code: string): DeadRun | null {
  const isDead = kind === "chat" ? code === "attempts_exhausted" : CODES.includes(code);
  return isDead ? { id: system.newId("letter"), worker: { host: hostname(), pid: process.pid } } : null;
}
