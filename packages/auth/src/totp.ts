import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Time-based codes as RFC 6238 has them, with the parameters that every authenticator app knows. */
const STEP_SECONDS = 30;
const DIGITS = 6;
/** The length of the hash, as RFC 4226 section 4 recommends. */
const SEED_BYTES = 20;
/** Steps before and after the present one whose code counts, for clocks that are off and fingers that are slow. */
const DRIFT_STEPS = 1;

const BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function newSeed(): Buffer {
  return randomBytes(SEED_BYTES);
}

export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / STEP_SECONDS);
}

export function codeOf(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", seed).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 0xf;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** The latest step, of those that count now, whose code this is. All are compared, so that time tells nothing. */
export function matchingStep(seed: Buffer, code: string, now: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const present = stepAt(now);
  let match: number | undefined;
  for (let step = present - DRIFT_STEPS; step <= present + DRIFT_STEPS; step++)
    if (timingSafeEqual(Buffer.from(codeOf(seed, step)), Buffer.from(code))) match = step;
  return match;
}

/** What an authenticator app reads from a QR code. */
export function totpUri(seed: Buffer, account: string): string {
  const issuer = "CrewAI Platform";
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = `secret=${base32(seed)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
  return `otpauth://totp/${label}?${query}`;
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE_32[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
}
