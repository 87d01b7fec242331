import { ModelCallError, type ModelFailure } from "@crew/core/system";
import { redactSecrets } from "../secrets/redact-secrets.ts";
import { retryAfterMs } from "./retry-after.ts";

const MAX_WORDS = 500;

/** Text of a provider as it may be shown and stored: without keys, whatever the provider echoes, and short. */
export function redactWords(text: string): string {
  return redactSecrets(text).replace(/\s+/g, " ").trim().slice(0, MAX_WORDS);
}

export interface RefusedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** For any answer that is not 2xx. */
export function failureOfStatus({ status, headers, body }: RefusedAnswer): ModelCallError {
  const words = redactWords(wordsOf(body));
  const message = words ? `HTTP ${status}: ${words}` : `HTTP ${status}`;
  // A budget that is used up does not come back by waiting.
  if (status === 429 && /insufficient_quota|billing/i.test(body)) return new ModelCallError("rejected", message, { status });
  if (status === 429)
    return new ModelCallError("rate_limited", message, { status, retryAfterMs: retryAfterMs(headers, body, Date.now()) ?? undefined });
  if (status >= 500)
    return new ModelCallError("server_error", message, { status, retryAfterMs: retryAfterMs(headers, "", Date.now()) ?? undefined });
  // Following it would send prompt and key to an address that nobody has chosen.
  if (status < 400) return new ModelCallError("rejected", `HTTP ${status}: the provider redirects, which is not followed`, { status });
  return new ModelCallError("rejected", message, { status });
}

/** For an error that the provider reports inside a stream that began well. */
export function failureOfErrorEvent(error: unknown): ModelCallError {
  const fields = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  const kind = [fields.type, fields.code, fields.status].filter((v) => typeof v === "string" || typeof v === "number").join(" ");
  const words = redactWords(typeof error === "string" ? error : wordsOf(JSON.stringify({ error })));
  const failure = failureOfKind(kind);
  return new ModelCallError(failure, words || "The provider reported an error in its stream.");
}

function failureOfKind(kind: string): ModelFailure {
  if (/rate.?limit|too_many|429|resource_exhausted/i.test(kind)) return "rate_limited";
  if (/invalid|authentication|permission|not_found|billing|quota|too_large|40[0-9]|41\d|context_length|failed_precondition/i.test(kind))
    return "rejected";
  // Unknown words are taken for a fault on their side: the ledger asks again, a few times.
  return "server_error";
}

/** The human part of the usual shapes of error bodies. */
function wordsOf(body: string): string {
  try {
    const json = JSON.parse(body) as Record<string, unknown> | null;
    const error = json?.error ?? json;
    if (typeof error === "string") return error;
    const { message, detail } = (error ?? {}) as Record<string, unknown>;
    if (typeof message === "string") return message;
    return typeof detail === "string" ? detail : "";
  } catch {
    // A page of HTML from some proxy says nothing to anybody.
    return body.trimStart().startsWith("<") ? "" : body;
  }
}
