/**
 * Headers that make a POST safe to send again: keep the result and pass it on every attempt of one intention, and make
 * a new one for the next intention.
 */
export function idempotencyKey(): { "idempotency-key": string } {
  return { "idempotency-key": randomId() };
}

/** 128 random bits. `crypto.randomUUID` is absent on plain-HTTP origins other than loopback; `getRandomValues` is not. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
