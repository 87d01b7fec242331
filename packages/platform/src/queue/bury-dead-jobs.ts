import type { buryJob } from "@crew/core/dead-letters/bury-job";
import type { Job } from "@crew/core/job";
import type { JobWithMetadata } from "pg-boss";

type DeadJob = Parameters<typeof buryJob>[1];

export type Bury = (dead: DeadJob, job: Job | undefined) => Promise<void>;

/** What pg-boss itself says of a job that did not come to its end, and what we say. */
const LOST: [RegExp, string][] = [
  [/^job heartbeat timeout$/, "Its worker was lost while it was at work on it."],
  [/^(job timed out$|handler execution exceeded )/, "It took longer than it may."],
];

/** The handler of pg-boss's dead letters: each is a copy of the job, with the reason, whichever way it came there. */
export function buryDeadJobs(bury: Bury, handlers: readonly { job: Job }[]) {
  return async ([copy]: JobWithMetadata<unknown>[]): Promise<void> => {
    if (!copy) return;
    const { sourceName, sourceId, sourceRetryCount, sourceOutput, data } = copy;
    if (sourceName === null || sourceId === null) return;
    const job = handlers.find((handler) => handler.job.name === sourceName)?.job;
    const message = messageOf(sourceOutput);
    const lost = LOST.find(([said]) => said.test(message))?.[1];
    await bury(
      {
        jobId: sourceId,
        name: sourceName,
        payload: (data ?? {}) as Record<string, unknown>,
        code: lost ? "job_lost" : "job_failed",
        message: lost ?? message,
        attempts: (sourceRetryCount ?? 0) + 1,
      },
      job,
    );
  };
}

const MAX_MESSAGE_CHARACTERS = 2_000;

/** pg-boss stores an error with its fields, and anything else below `value`. */
function messageOf(output: object | null): string {
  const told = output as { message?: unknown; value?: { message?: unknown } } | null;
  const message = told?.message ?? told?.value?.message;
  return typeof message === "string" && message !== "" ? message.slice(0, MAX_MESSAGE_CHARACTERS) : "It failed without a word.";
}
