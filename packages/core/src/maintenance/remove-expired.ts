import { z } from "zod";
import { withdrawApprovals } from "../approvals/approval-repository.ts";
import { removeOldBudgetRows } from "../budgets/left-open-repository.ts";
import { removeOldLetters } from "../dead-letters/dead-letter-repository.ts";
import { removeOldAnswers } from "../idempotency/idempotency-repository.ts";
import { removeOldInvitations } from "../invitations/invitation-repository.ts";
import { job } from "../job.ts";
import { removeUnusedOAuthClients } from "../oauth-apps/oauth-client-repository.ts";
import { removeDispatchedEvents } from "../outbox/dispatch-repository.ts";
import { removeOldTicks } from "../schedules/schedule-tick-repository.ts";
import { removeOldSecurityEvents } from "../security/security-event-repository.ts";
import type { System } from "../system.ts";
import { removeOldTriggerDeliveries } from "../triggers/trigger-delivery-repository.ts";
import { removeOldDeliveries } from "../webhooks/webhook-delivery-repository.ts";
import { removeExpiredRows, removeLeftTemporaryConversations } from "./maintenance-repository.ts";

export const removeExpiredJob = job({
  name: "remove-expired",
  payload: z.strictObject({}),
  retryLimit: 3,
  expireInSeconds: 300,
  cron: "17 * * * *",
});

/** Long enough to look back at an attack, short enough that addresses are not kept for ever. */
const SECURITY_EVENT_DAYS = 90;
const DELIVERY_DAYS = 30;
const TICK_DAYS = 90;
const DISPATCHED_DAYS = 1;
/** For so long an event that is sent again starts nothing. */
const TRIGGER_DELIVERY_DAYS = 30;
const INVITATION_DAYS = 90;
const LETTER_DAYS = 90;

/** Hourly: rows whose time is over and that nobody will read again. */
export async function removeExpired(system: Pick<System, "db">): Promise<void> {
  await removeOldAnswers(system.db);
  await removeExpiredRows(system.db);
  await removeLeftTemporaryConversations(system.db);
  await withdrawApprovals(system.db);
  await removeOldInvitations(system.db, INVITATION_DAYS);
  await removeUnusedOAuthClients(system.db);
  await removeOldSecurityEvents(system.db, SECURITY_EVENT_DAYS);
  await removeOldTriggerDeliveries(system.db, TRIGGER_DELIVERY_DAYS);
  await removeOldTicks(system.db, TICK_DAYS);
  await removeOldBudgetRows(system.db);
  await removeOldDeliveries(system.db, DELIVERY_DAYS);
  await removeDispatchedEvents(system.db, DISPATCHED_DAYS);
  await removeOldLetters(system.db, LETTER_DAYS);
}
