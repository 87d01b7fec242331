import { removeExpired, removeExpiredJob } from "@crew/core/maintenance/remove-expired";
import type { System } from "@crew/core/system";
import { type JobHandler, jobHandler } from "@crew/platform/queue/boss-queue";

/** Every job and its verb. */
export function jobHandlers(system: System): JobHandler[] {
  return [jobHandler(removeExpiredJob, () => removeExpired(system))];
}
