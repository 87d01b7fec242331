import { type Egress, EgressError } from "../egress/egress-port.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { System } from "../system.ts";
import { signWebhook } from "./standard-webhook.ts";
import {
  claimDueDeliveries,
  type DueBatch,
  type DueDelivery,
  type EndedAttempt,
  endAttempts,
  giveBackDeliveries,
} from "./webhook-queue-repository.ts";
import { disableWebhook, webhookSecretPlace } from "./webhook-repository.ts";

const TIMEOUT_MS = 15_000;
/** A batch that has taken so long makes no further attempt: with one timeout it stays within its lease. */
const BATCH_MS = 5_000;
const MAX_ANSWER_BYTES = 4 * 1024;
const MAX_EXCERPT_CHARACTERS = 1_000;
const GONE = 410;

/** Waits after each failed attempt: about a day in all, after which it is given up. */
const WAITS_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 10 * 3_600];
/** A webhook that took nothing for so long is switched off. */
const HOPELESS_DAYS = 5;

type Needs = Pick<System, "statements" | "egress" | "secrets" | "log" | "securityJournal" | "metrics" | "traces" | "bus" | "now">;

export type { DueBatch };

/** Deliveries that are due, grouped by webhook, for this process to send now. */
export function claimWebhooks(system: Pick<System, "statements">, room: { room: number; failingRoom: number }): Promise<DueBatch[]> {
  return claimDueDeliveries(system.statements, room);
}

interface Answer {
  status: number | null;
  error: string | null;
  excerpt: string | null;
}

/**
 * Sends what was claimed for one webhook, one after the other until one is not taken. What was not sent is given back,
 * also when `signal` says that the process stops.
 */
export async function deliverWebhooks(system: Needs, batch: DueBatch, signal: AbortSignal): Promise<void> {
  const secrets = await openSecrets(system, batch);
  const startedAt = performance.now();
  const ends: (Omit<EndedAttempt, "endedAgoMs"> & { at: number })[] = [];
  for (const delivery of batch.deliveries) {
    const begunAt = performance.now();
    if (begunAt - startedAt > BATCH_MS) break;
    const answer = await watchedSend(system, batch, delivery, secrets, signal);
    if (!answer) break;
    const at = performance.now();
    ends.push({ ...outcomeOf(delivery, answer), durationMs: Math.round(at - begunAt), at });
    if (answer.error !== null) break;
  }
  await giveBackDeliveries(system.statements, batch.deliveries.slice(ends.length));
  const now = performance.now();
  await settle(
    system,
    batch,
    ends.map(({ at, ...end }) => ({ ...end, endedAgoMs: Math.round(now - at) })),
  );
}

async function settle(system: Needs, { webhookId, workspaceId }: DueBatch, ends: EndedAttempt[]): Promise<void> {
  const last = ends.at(-1);
  if (!last) return;
  const { isHopeless } = await endAttempts(system.statements, webhookId, ends, HOPELESS_DAYS);
  for (const { state, durationMs } of ends) {
    const outcome = state === "pending" ? "retried" : state;
    system.metrics.count("webhook_attempts", { outcome });
    system.metrics.observe("webhook_seconds", { outcome }, durationMs / 1_000);
  }
  if (last.state === "failed") noteSecurityEvent(system, { kind: "webhook.failed", workspaceId, detail: { webhookId, error: last.error } });
  const isGone = last.responseStatus === GONE;
  if (!isGone && !isHopeless) return;
  const because = isGone ? "The address answered 410: it wants nothing more." : `The address took nothing for ${HOPELESS_DAYS} days.`;
  if (!(await disableWebhook(system.statements, webhookId, because))) return;
  noteSecurityEvent(system, { kind: "webhook.disabled", workspaceId, detail: { webhookId, because } });
  system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "webhook", id: webhookId });
}

function outcomeOf(delivery: DueDelivery, { status, error, excerpt }: Answer): Omit<EndedAttempt, "durationMs" | "endedAgoMs"> {
  const known = { delivery, responseStatus: status, responseExcerpt: excerpt, error };
  if (error === null) return { ...known, state: "delivered", waitSeconds: null };
  const wait = status === GONE ? undefined : WAITS_SECONDS[delivery.attempts - delivery.earlierAttempts - 1];
  if (wait === undefined) return { ...known, state: "failed", waitSeconds: null };
  return { ...known, state: "pending", waitSeconds: wait * (0.9 + Math.random() * 0.2) };
}

/** One attempt as a span: in the trace of its run where the event is of one. The address is left out, which may hold a token. */
function watchedSend(
  system: Needs,
  { webhookId, workspaceId, url }: DueBatch,
  delivery: DueDelivery,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const { runId } = delivery.payload;
  const attributes = {
    "server.address": URL.parse(url)?.hostname,
    "crew.webhook.id": webhookId,
    "crew.workspace.id": workspaceId,
    "crew.event.type": delivery.type,
    "crew.delivery.id": delivery.id,
    "crew.delivery.attempt": delivery.attempts,
  };
  const start = { name: "deliver webhook", kind: "client" as const, attributes, ...(typeof runId === "string" && { runId }) };
  return system.traces.span(start, async (span) => {
    const answer = await send(system, url, delivery, secrets, signal);
    span.set({ "http.response.status_code": answer?.status });
    if (answer && answer.error !== null) span.fail(answer.status === null ? "unreachable" : String(answer.status));
    return answer;
  });
}

/** `undefined`: our own stop came before the answer. */
async function send(
  system: Needs,
  url: string,
  { id, type, createdAt, payload }: DueDelivery,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const body = JSON.stringify({ type, timestamp: createdAt, data: payload });
  // Of this attempt: a receiver refuses what was signed more than some minutes ago.
  const timestamp = Math.floor(system.now().getTime() / 1000);
  const headers = { "content-type": "application/json", ...signWebhook({ id, timestamp, body }, secrets) };
  try {
    const { status, text } = await post(system.egress, url, headers, body, signal);
    const excerpt = system.secrets.redact(text).slice(0, MAX_EXCERPT_CHARACTERS);
    return { status, error: status >= 200 && status < 300 ? null : `It answered ${status}.`, excerpt };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof EgressError)) throw error;
    return { status: null, error: error.message, excerpt: null };
  }
}

function post(egress: Egress, url: string, headers: Record<string, string>, body: string, signal: AbortSignal) {
  return egress.request(url, { method: "POST", headers, body, signal, maxBytes: MAX_ANSWER_BYTES, timeoutMs: TIMEOUT_MS });
}

function openSecrets(system: Needs, { webhookId, workspaceId, secrets }: DueBatch): Promise<string[]> {
  const place = { ...webhookSecretPlace(webhookId), workspaceId };
  return Promise.all(secrets.map(({ sealed, wrappedKey }) => system.secrets.open(wrappedKey, place, sealed)));
}
