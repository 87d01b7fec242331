import type { Job } from "@crew/core/job";

/** Where the payloads of jobs go that failed for good; the reason stays with the failed job itself. */
export const DEAD_LETTERS = "dead-letters";

const WEEK_SECONDS = 7 * 24 * 3_600;

/** A worker that died is noticed by its heartbeat, not by the job's own time limit. Ten seconds is pg-boss's floor. */
export function queueSettings(job: Job) {
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

/** A new job wakes a worker by NOTIFY; the polls find what does not notify: retries, delayed jobs, a lost connection. */
export const WORK_SETTINGS = {
  includeMetadata: true,
  batchSize: 1,
  localConcurrency: 2,
  pollingIntervalSeconds: 1,
  notifyPollingIntervalSeconds: 2,
  heartbeatRefreshSeconds: 2,
} as const;
