import type { Job } from "@crew/core/job";

/** Where pg-boss puts a copy of each job that failed for good, with what it failed of; kept from there as a row of ours. */
export const DEAD_LETTERS = "dead-letters";

/** Tried for about a day: the database may be in trouble just then. */
export const DEAD_LETTER_SETTINGS = { retryLimit: 30, expireInSeconds: 30 };

const WEEK_SECONDS = 7 * 24 * 3_600;

/** A worker that died is noticed by its heartbeat, not by the job's own time limit. Ten seconds is pg-boss's floor. */
export function queueSettings(job: Pick<Job, "retryLimit" | "expireInSeconds">) {
  return {
    retryLimit: job.retryLimit,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 3_600,
    expireInSeconds: job.expireInSeconds,
    heartbeatSeconds: 10,
    deleteAfterSeconds: WEEK_SECONDS,
    notify: true,
  };
}

/** A new job wakes a worker by NOTIFY; a poll finds what does not notify: retries, delayed jobs, a lost connection. */
export const WORK_SETTINGS = {
  includeMetadata: true,
  batchSize: 1,
  localConcurrency: 2,
  pollingIntervalSeconds: 2,
  notifyPollingIntervalSeconds: 2,
  heartbeatRefreshSeconds: 2,
} as const;
