import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { promisify } from "node:util";

/** Argon2id with 19 MiB and two passes: a row of the OWASP password storage table that takes some milliseconds. */
export const ARGON2_PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

const SALT_BYTES = 16;
/** Each hash takes a thread of the pool that files and DNS need too. */
const MAX_AT_ONCE = 2;
/** A stored hash decides what verifying costs; a damaged row must not be able to ask for gigabytes. */
const MAX_MEMORY_KIB = 262_144;
const MAX_PASSES = 10;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/;

const derive = promisify(argon2);

/** Heard by whoever counts how much work passwords make. */
export const PASSWORD_DERIVED = "crew:password-derived";
const derived = channel(PASSWORD_DERIVED);

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    derived.publish(undefined);
    return await work();
  } finally {
    // The place is handed over, so that a newcomer cannot take it in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** A PHC string (`$argon2id$v=19$m=…`), which carries its own parameters so that they can move. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await inTurn(() => derive("argon2id", { message: password, nonce: salt, ...ARGON2_PARAMETERS }));
  const { memory, passes, parallelism } = ARGON2_PARAMETERS;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** Constant-time. False for anything that is not one of our hashes. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const parsed = PHC.exec(hash);
  if (!parsed) return false;
  const [memory, passes, parallelism] = [Number(parsed[1]), Number(parsed[2]), Number(parsed[3])];
  if (memory > MAX_MEMORY_KIB || passes > MAX_PASSES) return false;
  const nonce = Buffer.from(parsed[4] ?? "", "base64");
  const expected = Buffer.from(parsed[5] ?? "", "base64");
  const tag = await inTurn(() => derive("argon2id", { message: password, nonce, memory, passes, parallelism, tagLength: expected.length }));
  return timingSafeEqual(tag, expected);
}

/** Whether the parameters have moved since the hash was made. */
export function needsRehash(hash: string): boolean {
  const { memory, passes, parallelism } = ARGON2_PARAMETERS;
  return !hash.startsWith(`$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$`);
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
