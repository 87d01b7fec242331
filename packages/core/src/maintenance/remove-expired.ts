import { z } from "zod";
import { removeOldAnswers } from "../idempotency/idempotency-repository.ts";
import { job } from "../job.ts";
import type { System } from "../system.ts";
import { removeExpiredRows } from "./maintenance-repository.ts";

export const removeExpiredJob = job({
  name: "remove-expired",
  payload: z.strictObject({}),
  retryLimit: 3,
  expireInSeconds: 300,
  cron: "17 * * * *",
});

/** Hourly: rows whose time is over and that nobody will read again. */
export async function removeExpired(system: Pick<System, "db">): Promise<void> {
  await removeOldAnswers(system.db);
  await removeExpiredRows(system.db);
}
