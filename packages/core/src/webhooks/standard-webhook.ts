import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, secrets as `whsec_` and base64, a list of signatures. */

const SECRET_BYTES = 32;
const LEAST_SECRET_BYTES = 24;
const TOLERANCE_SECONDS = 300;
const MOST_SIGNATURES = 10;

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

export interface SignedMessage {
  id: string;
  /** Seconds since 1970. */
  timestamp: number;
  body: string;
}

/** The three headers; one signature for each secret, so that a receiver may know either. */
export function signWebhook(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(message.timestamp),
    "webhook-signature": secrets.map((secret) => `v1,${signatureOf(message, secret).toString("base64")}`).join(" "),
  };
}

export type WebhookVerdict = { isValid: true; id: string } | { isValid: false; why: "headers" | "time" | "signature" };

/** Whether the headers sign these exact bytes with one of the secrets, now. Constant-time. */
export function verifyWebhook(
  headers: Record<string, string | string[] | undefined>,
  body: string,
  options: { secrets: readonly string[]; now: Date },
): WebhookVerdict {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headers[name]);
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string") return { isValid: false, why: "headers" };
  if (!/^[\x21-\x2d\x2f-\x7e]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp)) return { isValid: false, why: "headers" };
  const seconds = Number(timestamp);
  if (Math.abs(Math.floor(options.now.getTime() / 1000) - seconds) > TOLERANCE_SECONDS) return { isValid: false, why: "time" };
  const given = signatures
    .split(" ", MOST_SIGNATURES)
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice(3), "base64"));
  const expected = options.secrets.map((secret) => signatureOf({ id, timestamp: seconds, body }, secret));
  const isValid = expected.some((one) => given.some((other) => other.length === one.length && timingSafeEqual(other, one)));
  return isValid ? { isValid: true, id } : { isValid: false, why: "signature" };
}

function signatureOf({ id, timestamp, body }: SignedMessage, secret: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length < LEAST_SECRET_BYTES) throw new RangeError(`a webhook secret has at least ${LEAST_SECRET_BYTES} bytes`);
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
}
