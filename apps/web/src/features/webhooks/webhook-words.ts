import type { SecuritySeverity } from "@crew/contracts/security-events";
import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { kindWords } from "../security-events/security-words.ts";
import { eventWords, findTopic } from "./webhook-topics.ts";

/** What an address listens to: `Sign-ins, Second factors`. A beginning that has no words stands for itself. */
export function topicWords(events: readonly string[]): string {
  return events.map((one) => findTopic(one)?.words ?? one).join(", ");
}

export const LEAST_SEVERITY_WORDS: Record<SecuritySeverity, string> = {
  critical: "only what is critical",
  warning: "warnings and what is critical",
  info: "all of it, what is for the record too",
};

/** `Run failed`, `Failed sign-in`. */
export function deliveryWords(type: string): string {
  return eventWords(type) ?? kindWords(type.replace(/^security\./, ""));
}

/** How it went, as one sentence. */
export function outcomeWords({ state, attempts, responseStatus, error }: WebhookDelivery): string {
  const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
  if (state === "delivered") return `Taken with the answer ${responseStatus ?? "2xx"} after ${tries}.`;
  const why = error ? ` ${error}` : "";
  if (state === "failed") return `Given up after ${tries}.${why}`;
  return attempts === 0 ? "On its way." : `Not taken in ${tries}.${why}`;
}
