import type { RunState } from "@crew/contracts/run-states";

const ENDS: Record<RunState, boolean> = { queued: false, running: false, waiting: false, succeeded: true, failed: true, cancelled: true };

/** Whether a run in this state has ended for good. */
export function hasEnded(state: RunState): boolean {
  return ENDS[state];
}
