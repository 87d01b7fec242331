import { physicalGauges } from "@crew/core/backups/physical-gauges";
import { operationGauges } from "@crew/core/workers/operation-gauges";
import type { OpenSystem } from "@crew/platform/open-system";
import { jobHandlers } from "./handlers.ts";
import { Scheduler } from "./scheduler.ts";
import { WebhookLoop } from "./webhook-loop.ts";

export interface Background {
  /** Takes no more, lets what is under way end for so long, gives the rest back. */
  drain(graceMs: number): Promise<void>;
}

/** How long a shutdown waits for what is under way. */
export const DRAIN_MS = 10_000;

/** Everything that happens later but runs: due schedules, webhooks, jobs. Any number of processes may do it. */
export async function startBackground(system: OpenSystem): Promise<Background> {
  // Also where no worker is left to tell of it.
  operationGauges(system);
  physicalGauges(system);
  const scheduler = new Scheduler(system);
  const webhooks = new WebhookLoop(system);
  await webhooks.start();
  await system.work(jobHandlers(system));
  scheduler.begin();
  return {
    async drain(graceMs) {
      await scheduler.stop();
      await webhooks.drain(graceMs);
    },
  };
}
