import type { RunLimits } from "@crew/core/runs/execute/run-limits";
import type { EngineTool } from "@crew/engine/tool";

export interface WorkerOptions {
  /** Runs moved at the same time. */
  capacity: number;
  /** Another process does the rest: due schedules, webhooks and jobs. */
  runsOnly?: boolean;
  /** How long a shutdown waits for the steps in flight before it cuts them; 10 s when absent. */
  drainMs?: number;
  /** Every tool that crews may name; absent: the built-in ones. */
  tools?: readonly EngineTool[];
  /** What one run may use at most; absent: the usual limits. */
  limits?: RunLimits;
}
