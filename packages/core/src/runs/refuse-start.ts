import { AppError } from "../app-error.ts";
import type { QueuePlace } from "./queue-repository.ts";

const HALTED = { installation: "This installation is", workspace: "The workspace is", crew: "This crew is" };
/** A queue that is full today is seldom empty in a second. */
const TRY_AGAIN_SECONDS = 10;

export function refuseHalted(halt: QueuePlace["halt"]): void {
  if (!halt) return;
  const since = new Date(halt.at).toISOString();
  throw new AppError(
    "conflict",
    `${HALTED[halt.scope]} halted: "${halt.reason}" (${halt.by}, since ${since}). Nothing was started. Start again when the halt is lifted.`,
  );
}

export function refuseOverfull({ isOverfull, maxQueuedRuns }: Pick<QueuePlace, "isOverfull" | "maxQueuedRuns">): void {
  if (!isOverfull) return;
  throw new AppError(
    "limited",
    `${maxQueuedRuns} runs of the workspace wait already, the most that may. Nothing was started, and those that wait stay. Try again when some have begun.`,
    { retryAfterSeconds: TRY_AGAIN_SECONDS },
  );
}
