import { removeExpired, removeExpiredJob } from "@crew/core/maintenance/remove-expired";
import type { System } from "@crew/core/system";
import type { JobHandler } from "@crew/platform/queue/boss-queue";

/** Every job name and its verb. */
export function jobHandlers(system: System): JobHandler[] {
  return [{ job: removeExpiredJob, handle: () => removeExpired(system) }];
}
