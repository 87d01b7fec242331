import { WebhookDeliveryId } from "@crew/contracts/ids";
import { z } from "zod";
import { type Egress, EgressError } from "../egress/egress-port.ts";
import { job } from "../job.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { System } from "../system.ts";
import { signWebhook } from "./standard-webhook.ts";
import { beginAttempt, type DueDelivery, endAttempt } from "./webhook-delivery-repository.ts";
import { disableWebhook, webhookSecretPlace } from "./webhook-repository.ts";

/** `attempts`: those made before; a job that was delivered twice sends once. */
export const deliverWebhookJob = job({
  name: "deliver-webhook",
  payload: z.strictObject({ deliveryId: WebhookDeliveryId, attempts: z.int().min(0) }),
  retryLimit: 3,
  expireInSeconds: 60,
});

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const GONE = 410;

/** Waits after each failed attempt: about a day in all, after which it is given up. */
const WAITS_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];

type Needs = Pick<System, "db" | "statements" | "queue" | "egress" | "secrets" | "log" | "securityJournal" | "metrics" | "now">;

/** One attempt at one delivery; a failed one is followed by another job, later. */
export async function deliverWebhook(system: Needs, { deliveryId, attempts }: { deliveryId: string; attempts: number }): Promise<void> {
  const due = await beginAttempt(system.statements, deliveryId, attempts);
  if (!due) return;
  const { status, error } = await send(system, deliveryId, due);
  if (error === null) return endAttempt(system.db, deliveryId, { state: "delivered", responseStatus: status, error, nextAttemptAt: null });
  if (status === GONE) await disableWebhook(system.statements, due.webhookId, "The address answered 410: it wants nothing more.");
  const waitSeconds = status === GONE ? undefined : WAITS_SECONDS[due.attempts - 1];
  if (waitSeconds === undefined) {
    noteSecurityEvent(system, { kind: "webhook.failed", workspaceId: due.workspaceId, detail: { webhookId: due.webhookId, error } });
    return endAttempt(system.db, deliveryId, { state: "failed", responseStatus: status, error, nextAttemptAt: null });
  }
  const next = new Date(system.now().getTime() + waitSeconds * 1000 * (0.9 + Math.random() * 0.2));
  await retryAt(system, deliveryId, due.attempts, next, { status, error });
}

async function retryAt(
  system: Needs,
  deliveryId: string,
  attempts: number,
  next: Date,
  { status, error }: { status: number | null; error: string },
): Promise<void> {
  await (system.db as System["db"]).transaction(async (transaction) => {
    const db = transaction as unknown as System["db"];
    await endAttempt(db, deliveryId, { state: "pending", responseStatus: status, error, nextAttemptAt: next.toISOString() });
    await system.queue.send(db, deliverWebhookJob, { deliveryId, attempts }, { startAfter: next });
  });
}

async function send(system: Needs, deliveryId: string, due: DueDelivery): Promise<{ status: number | null; error: string | null }> {
  const body = JSON.stringify({ type: due.type, timestamp: due.createdAt, data: due.payload });
  const secrets = await openSecrets(system, due);
  // Of this attempt: a receiver refuses what was signed more than some minutes ago.
  const timestamp = Math.floor(system.now().getTime() / 1000);
  const headers = { "content-type": "application/json", ...signWebhook({ id: deliveryId, timestamp, body }, secrets) };
  try {
    const { status } = await post(system.egress, due.url, headers, body);
    if (status >= 200 && status < 300) return { status, error: null };
    return {
      status,
      error: status >= 300 && status < 400 ? "It answered with a redirect, which is not followed." : `It answered ${status}.`,
    };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    return { status: null, error: error.message };
  }
}

function post(egress: Egress, url: string, headers: Record<string, string>, body: string) {
  const signal = new AbortController().signal;
  return egress.request(url, { method: "POST", headers, body, signal, maxBytes: MAX_ANSWER_BYTES, timeoutMs: TIMEOUT_MS });
}

function openSecrets(system: Needs, { webhookId, workspaceId, secrets }: DueDelivery): Promise<string[]> {
  const place = { ...webhookSecretPlace(webhookId), workspaceId };
  return Promise.all(secrets.map(({ sealed, wrappedKey }) => system.secrets.open(wrappedKey, place, sealed)));
}
