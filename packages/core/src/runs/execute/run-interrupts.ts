/** Somebody else holds the run now: this worker stops at once and writes nothing more. */
export class FenceLost extends Error {
  override name = "FenceLost";
}

/** The run waits for a person or a time; it is stored as such and holds nothing here. */
export class RunParked extends Error {
  override name = "RunParked";
}

/** The worker shuts down: the run goes back to the queue between two steps. */
export class RunDrained extends Error {
  override name = "RunDrained";
}

/** Why a run's signal was aborted. */
export type StopReason = "cancelled" | "deadline" | "budget" | "fence_lost" | "drained";
