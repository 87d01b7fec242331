import type { TriggerAnswer } from "@crew/contracts/triggers";
import { AppError } from "../app-error.ts";
import type { Secrets, System } from "../system.ts";
import { newWebhookSecret, verifyWebhook } from "../webhooks/standard-webhook.ts";
import { type EventSystem, takeEvent } from "./take-event.ts";
import { findListeningTrigger, type ListeningTrigger, triggerSecretPlace } from "./trigger-repository.ts";

/** Of one trigger; a sender that is told to wait sends again. */
const EVENTS_A_MINUTE = 600;

type Needs = EventSystem & Pick<System, "secrets" | "limiter">;

export interface SignedRequest {
  headers: Record<string, string | string[] | undefined>;
  /** Exactly what was signed. */
  body: string;
}

/** Starts the trigger's crew, once for each `webhook-id`. Whether the trigger is unknown or the signature wrong is not told. */
export async function receiveEvent(system: Needs, triggerId: string, { headers, body }: SignedRequest): Promise<TriggerAnswer> {
  const trigger = await findListeningTrigger(system.statements, triggerId);
  const secrets = await openSecrets(system.secrets, triggerId, trigger);
  const verdict = verifyWebhook(headers, body, { secrets, now: system.now() });
  if (!trigger || !verdict.isValid)
    throw new AppError("unauthenticated", "This needs a Standard Webhooks signature of this trigger that is not older than five minutes.");
  const { allowed, resetSeconds } = await system.limiter.take(`trigger:${triggerId}`, { points: EVENTS_A_MINUTE, windowSeconds: 60 });
  if (!allowed)
    throw new AppError("limited", `More than ${EVENTS_A_MINUTE} events in a minute. Send this one again later.`, {
      retryAfterSeconds: resetSeconds,
    });
  if (!trigger.isEnabled) throw new AppError("conflict", "This trigger is switched off. Nothing was kept; send the event again later.");
  requireJson(body);
  const taken = await takeEvent(system, trigger, { messageId: verdict.id, payload: body });
  if (taken.state === "started") return { deliveryId: taken.deliveryId, runId: taken.runId };
  if (taken.issues.length > 0)
    throw new AppError("invalid", `${taken.why} Nothing was started; the event was kept and can be replayed.`, { issues: taken.issues });
  // Why is the workspace's own business.
  throw new AppError("conflict", "The crew could not be started. The event was kept, and whoever looks after the trigger sees why.");
}

function requireJson(body: string): void {
  try {
    JSON.parse(body);
  } catch {
    throw new AppError("invalid", "The body is not JSON.");
  }
}

/** For an id that is nobody's a decoy is opened, so that the answer takes as long as for one that is. */
async function openSecrets(secrets: Secrets, triggerId: string, trigger: ListeningTrigger | undefined): Promise<string[]> {
  const { place, sealed } = trigger
    ? { place: { ...triggerSecretPlace(triggerId), workspaceId: trigger.workspaceId }, sealed: trigger.secrets }
    : await decoyOf(secrets);
  return Promise.all(sealed.map((one) => secrets.open(one.wrappedKey, place, one.sealed)));
}

interface Decoy {
  place: Parameters<Secrets["open"]>[1];
  sealed: ListeningTrigger["secrets"];
}

const decoys = new WeakMap<Secrets, Promise<Decoy>>();

function decoyOf(secrets: Secrets): Promise<Decoy> {
  const known = decoys.get(secrets);
  if (known) return known;
  const made = makeDecoy(secrets);
  made.catch(() => decoys.delete(secrets));
  decoys.set(secrets, made);
  return made;
}

async function makeDecoy(secrets: Secrets): Promise<Decoy> {
  const place = { ...triggerSecretPlace("trigger_00000000000000000000000000"), workspaceId: "workspace_00000000000000000000000000" };
  const { wrapped } = await secrets.newDataKey(place.workspaceId);
  return { place, sealed: [{ wrappedKey: wrapped, sealed: await secrets.seal(wrapped, place, newWebhookSecret()) }] };
}
