import { typeIdFromUuid } from "@crew/contracts/ids";
import { AppError } from "@crew/core/app-error";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { AuthSystem } from "./auth-system.ts";
import { recoveryCodeHash } from "./recovery-codes.ts";
import {
  type Acting,
  confirmSecondFactor,
  findLock,
  noteLock,
  TRIES,
  type Try,
  takeTry,
  useRecoveryCode,
  useStep,
} from "./second-factor-rows.ts";
import { tellOwner } from "./tell-owner.ts";
import { matchingStep } from "./totp.ts";

/** Where the sealed seed stands; elsewhere it does not open. */
export function seedPlace(userUuid: string) {
  return { table: "second_factors", column: "seed_encrypted", rowId: typeIdFromUuid("user", userUuid) };
}

/** Which codes count: the app's, recovery codes, or both. */
export type CodeKind = "totp" | "recovery" | "any";

/** Proves the second factor and uses the code up. Throws `limited` while it is locked, and `invalid`. */
export async function useCode(system: AuthSystem, acting: Acting, typed: string, kind: CodeKind): Promise<void> {
  const attempt = await takeTryOrRefuse(system, acting);
  if (attempt.isEnabled && (await accepts(system, acting, attempt, typed, kind))) return;
  throw await failed(system, acting, attempt);
}

/** The first code shows that the person's app holds the seed: from now on it is asked for, and every session has ended. */
export async function confirmWithCode(system: AuthSystem, acting: Acting, typed: string): Promise<void> {
  const attempt = await takeTryOrRefuse(system, acting);
  if (attempt.isEnabled) throw new AppError("conflict", "Your second factor is set up already.");
  const step = matchingStep(await openSeed(system, acting, attempt), digitsOf(typed), system.now());
  if (step !== undefined && (await confirmSecondFactor(system, acting, step, attempt.sealedSeed)))
    return tellOwner(system, acting, "second_factor_enabled");
  throw await failed(system, acting, attempt);
}

async function takeTryOrRefuse(system: AuthSystem, acting: Acting): Promise<Try> {
  const attempt = await takeTry(system, acting.userUuid);
  if (attempt) return attempt;
  const until = await findLock(system, acting.userUuid);
  if (until === undefined) throw new AppError("conflict", "You have no second factor. Begin with POST /api/auth/two-factor/enable.");
  const seconds = Math.max(1, Math.ceil(((until ? Date.parse(until) : 0) - system.now().getTime()) / 1000));
  throw new AppError("limited", `Too many wrong codes. Wait ${seconds} s, then try again.`, { retryAfterSeconds: seconds });
}

async function accepts(system: AuthSystem, acting: Acting, attempt: Try, typed: string, kind: CodeKind): Promise<boolean> {
  const digits = digitsOf(typed);
  if (kind !== "recovery" && digits.length === 6) {
    const step = matchingStep(await openSeed(system, acting, attempt), digits, system.now());
    return step !== undefined && useStep(system, acting.userUuid, step);
  }
  const codeHash = kind === "totp" ? undefined : recoveryCodeHash(typed);
  if (codeHash === undefined || !(await useRecoveryCode(system, acting, codeHash))) return false;
  await tellOwner(system, acting, "recovery_code_used");
  return true;
}

async function openSeed(system: AuthSystem, { userUuid }: Acting, attempt: Try): Promise<Buffer> {
  return Buffer.from(await system.secrets.installation.open(seedPlace(userUuid), attempt.sealedSeed), "base64");
}

/** Apps show a code in two groups. */
function digitsOf(typed: string): string {
  return typed.replace(/[\s-]/g, "");
}

async function failed(system: AuthSystem, acting: Acting, { tries, lockedUntil }: Try): Promise<AppError> {
  const who = { userId: typeIdFromUuid("user", acting.userUuid), address: acting.client.address };
  noteSecurityEvent(system, { kind: "second_factor.failed", ...who, detail: { tries } });
  if (lockedUntil) {
    await noteLock(system, acting);
    // Later locks come of the same attack, and would only fill a mailbox.
    if (tries === TRIES) await tellOwner(system, acting, "second_factor_locked");
    noteSecurityEvent(system, { kind: "second_factor.locked", ...who, detail: { tries, lockedUntil } });
  }
  const message = "The code is wrong, too old or was used already. Wait for the next one.";
  return new AppError("invalid", message, { issues: [{ path: "code", message: "does not count" }] });
}
