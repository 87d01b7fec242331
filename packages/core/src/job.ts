import type { z } from "zod";

/** Work for later, as data: a job exists if and only if the transaction that sent it committed. */
export interface Job<P extends z.ZodType = z.ZodType> {
  /** kebab-case; also the queue's name. */
  name: string;
  payload: P;
  /** Tries after the first, with exponential backoff. */
  retryLimit: number;
  /** A run longer than this is given up and tried again. */
  expireInSeconds: number;
  /** Whose it is: the row of `table` whose id the payload has under `id` says so. Absent: the installation's. */
  workspace?: { table: "invitations" | "schedules" | "triggers" | "runs" | "approvals"; id: string };
  /** Five-field cron in UTC, for jobs that start by themselves. */
  cron?: string;
}

export function job<P extends z.ZodType>(definition: Job<P>): Job<P> {
  return definition;
}
