import { setTimeout as sleep } from "node:timers/promises";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { getRun } from "@crew/core/runs/get-run";
import type { System } from "@crew/core/system";

/** Waits until the run is as asked (without `isThere`: ended) and returns it; fails with what it was instead. */
export async function untilRun(
  system: Pick<System, "statements">,
  actor: Actor,
  runId: string,
  isThere: (run: Run) => boolean = (run) => TERMINAL_STATES.includes(run.state),
  timeoutMs = 15_000,
): Promise<Run> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const run = await getRun({ ...system, actor }, runId);
    if (isThere(run)) return run;
    if (Date.now() > deadline)
      throw new Error(`the run is ${run.state} (${run.reason ?? run.error?.message ?? "no reason"}) after ${timeoutMs} ms`);
    await sleep(15);
  }
}
