import { randomUUID } from "node:crypto";
import { type ExecutionControl, executeRun } from "@crew/core/runs/execute/execute-run";
import { ModelRoutes } from "@crew/core/runs/execute/model-routes";
import { claimRuns } from "@crew/core/runs/execute/worker-leases";

export interface UnleasedExecution {
  /** Resolves when it has stopped, whatever became of the run. */
  done: Promise<void>;
  /** What a worker does that finds that it has lost the run. */
  die(): void;
}

/**
 * Executes the run that is next by a worker that is not there any more: a sweep takes the run from it. `workerId`: one that
 * the database knows; absent: it knows of none.
 */
export async function executeUnleased(
  system: Parameters<typeof executeRun>[0],
  { workerId = randomUUID(), ...more }: Partial<ExecutionControl> & { workerId?: string } = {},
): Promise<UnleasedExecution> {
  const [claim] = await claimRuns(system, workerId, 1);
  if (!claim) throw new Error("nothing to claim");
  const abort = new AbortController();
  const done = executeRun(system, claim, {
    signal: abort.signal,
    stop: (reason) => abort.abort(reason),
    isDraining: () => false,
    routes: new ModelRoutes(system),
    ...more,
  });
  return { done, die: () => abort.abort("fence_lost") };
}
