import type { WaitReason } from "@crew/contracts/run-states";
import type { LaneTurn } from "./claim.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { RunParked } from "./run-interrupts.ts";

/** A wait longer than this gives the worker's place to another run. */
export const PARK_FROM_MS = 10_000;

/** Stores the wait, with all that is pending, and leaves the run to whoever claims it when the time has come. */
export async function parkRun(
  context: ExecutionContext,
  wait: { reason: WaitReason; delayMs: number; detail: string; laneTurn?: LaneTurn | null },
): Promise<never> {
  const { journal } = context;
  const { reason, delayMs, detail, laneTurn = null } = wait;
  const until = new Date(context.system.now().getTime() + delayMs).toISOString();
  journal.emit(`waiting:${journal.claim.run.attempt}`, "run_waiting", { reason, until, detail });
  const stay = { wakeAt: null, wakeInMs: delayMs, releasedBecause: null, output: null, error: null, answer: null };
  await journal.leave({ ...stay, state: "waiting", reason, laneTurn });
  throw new RunParked();
}
