import type { WaitReason } from "@crew/contracts/run-states";
import type { ExecutionContext } from "./execution-context.ts";
import { RunParked } from "./run-interrupts.ts";

/** A wait longer than this gives the worker's place to another run. */
export const PARK_FROM_MS = 10_000;

/** Stores the wait, with all that is pending, and leaves the run to whoever claims it when the time has come. */
export async function parkRun(context: ExecutionContext, wait: { reason: WaitReason; delayMs: number; detail: string }): Promise<never> {
  const { journal } = context;
  const { reason, delayMs, detail } = wait;
  const wakeAt = new Date(context.system.now().getTime() + delayMs).toISOString();
  journal.emit(`waiting:${journal.claim.run.attempt}`, "run_waiting", { reason, until: wakeAt, detail });
  await journal.leave({ state: "waiting", reason, wakeAt, releasedBecause: null, output: null, error: null, answer: null });
  throw new RunParked();
}
