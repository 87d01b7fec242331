import { typeIdFromUuid } from "@crew/contracts/ids";
import {
  type BegunSecondFactor,
  CodeProof,
  type FreshRecoveryCodes,
  PasswordAndCodeProof,
  PasswordProof,
  type VerifiedSecondFactor,
} from "@crew/contracts/second-factor";
import { AppError } from "@crew/core/app-error";
import { type AuthCall, type AuthParts, type AuthRoutes, answerJson } from "./auth-call.ts";
import type { AuthSystem } from "./auth-system.ts";
import { type PendingCookie, pendingCookie } from "./pending-cookie.ts";
import { provePresence } from "./prove-presence.ts";
import { newRecoveryCodes, recoveryCodeHash } from "./recovery-codes.ts";
import { beginSecondFactor, removeSecondFactor, replaceRecoveryCodes } from "./second-factor-rows.ts";
import { findHolderByToken, type SessionHolder } from "./session-holder-rows.ts";
import { findChallenged, takeChallenge } from "./sign-in-challenge-rows.ts";
import { startSession } from "./start-session.ts";
import { tellOwner } from "./tell-owner.ts";
import { newSeed, totpUri } from "./totp.ts";
import { type CodeKind, confirmWithCode, seedPlace, useCode } from "./use-code.ts";

interface Asked extends AuthCall {
  system: AuthSystem;
  parts: AuthParts;
  pending: PendingCookie;
}

/** What a person does with their second factor. */
export function twoFactorRoutes(system: AuthSystem, parts: AuthParts): AuthRoutes {
  const pending = pendingCookie(system.installation.publicUrl);
  const line = <T>(fields: Reader<T>, answer: (asked: Asked, fields: T) => Promise<Response>) => {
    return async (call: AuthCall) => answer({ ...call, system, parts, pending }, read(fields, call.body));
  };
  return {
    "POST /two-factor/enable": line(PasswordProof, begin),
    "POST /two-factor/verify-totp": line(CodeProof, verify),
    "POST /two-factor/verify-recovery-code": line(CodeProof, verifyRecoveryCode),
    "POST /two-factor/disable": line(PasswordAndCodeProof, disable),
    "POST /two-factor/recovery-codes": line(PasswordProof, replaceCodes),
  };
}

async function begin(asked: Asked, { password }: { password: string }): Promise<Response> {
  const { system, client } = asked;
  const holder = await holderOf(asked);
  await provePresence(system, holder, password, client);
  const seed = newSeed();
  const recoveryCodes = newRecoveryCodes();
  const sealed = await system.secrets.installation.seal(seedPlace(holder.userId), seed.toString("base64"));
  if (!(await beginSecondFactor(system, holder.userId, sealed, hashesOf(recoveryCodes))))
    throw new AppError("conflict", "You have a second factor. Disable it before you begin another.");
  return answerJson({ totpUri: totpUri(seed, holder.email), recoveryCodes } satisfies BegunSecondFactor);
}

/** Finishes a sign-in that waits for it; without one, confirms the second factor that the session's person has begun. */
async function verify(asked: Asked, { code }: { code: string }): Promise<Response> {
  const waiting = await waitingSignIn(asked);
  if (waiting) return finishSignIn(asked, waiting, code, "totp");
  const { system, client } = asked;
  const { userId } = await holderOf(asked);
  await confirmWithCode(system, { userUuid: userId, client }, code);
  return answerJson({ enabled: true, signedIn: false } satisfies VerifiedSecondFactor, [await freshSession(asked, userId)]);
}

async function verifyRecoveryCode(asked: Asked, { code }: { code: string }): Promise<Response> {
  const waiting = await waitingSignIn(asked);
  if (!waiting) throw new AppError("unauthenticated", "Sign in first, then show a recovery code within five minutes.");
  return finishSignIn(asked, waiting, code, "recovery");
}

async function disable(asked: Asked, { password, code }: { password: string; code: string }): Promise<Response> {
  const { system, client } = asked;
  const holder = await holderOf(asked);
  const acting = { userUuid: holder.userId, client };
  await provePresence(system, holder, password, client);
  await useCode(system, acting, code, "any");
  if (!(await removeSecondFactor(system, acting))) throw new AppError("conflict", "You have no second factor any more.");
  await tellOwner(system, acting, "second_factor_disabled");
  return answerJson({ enabled: false }, [await freshSession(asked, holder.userId)]);
}

async function replaceCodes(asked: Asked, { password }: { password: string }): Promise<Response> {
  const { system, client } = asked;
  const holder = await holderOf(asked);
  if (!holder.isFresh)
    throw new AppError("forbidden", "Prove once more who you are, then repeat this: POST /v1/me/step-up with a code.", {
      remedy: "step_up",
    });
  await provePresence(system, holder, password, client);
  const recoveryCodes = newRecoveryCodes();
  if (!(await replaceRecoveryCodes(system, { userUuid: holder.userId, client }, hashesOf(recoveryCodes))))
    throw new AppError("conflict", "You have no second factor.");
  return answerJson({ recoveryCodes } satisfies FreshRecoveryCodes);
}

interface Waiting {
  token: string;
  userUuid: string;
}

async function waitingSignIn({ system, pending, request }: Asked): Promise<Waiting | undefined> {
  const token = pending.read(request.headers.get("cookie"));
  const userUuid = token && (await findChallenged(system, token));
  return userUuid ? { token, userUuid } : undefined;
}

async function finishSignIn(asked: Asked, { token, userUuid }: Waiting, code: string, kind: CodeKind): Promise<Response> {
  const { system, pending, client } = asked;
  await useCode(system, { userUuid, client }, code, kind);
  const taken = await takeChallenge(system, token, userUuid);
  if (!taken) throw new AppError("unauthenticated", "This sign-in has ended. Sign in again.");
  const cookie = await startSession(system, asked.parts.cookie, typeIdFromUuid("user", userUuid), client, {
    ...taken,
    by: kind === "totp" ? "second factor" : "recovery code",
  });
  return answerJson({ enabled: true, signedIn: true } satisfies VerifiedSecondFactor, [cookie, pending.clear()]);
}

async function holderOf({ system, parts, request }: Asked): Promise<SessionHolder> {
  const token = parts.cookie.read(request.headers.get("cookie") ?? undefined);
  const holder = token && (await findHolderByToken(system, token));
  if (!holder) throw new AppError("unauthenticated", "Sign in first.");
  return holder;
}

/** In place of the sessions that have just ended; sockets and streams that were opened with one of those close. */
async function freshSession({ system, parts, client }: Asked, userUuid: string): Promise<string> {
  const userId = typeIdFromUuid("user", userUuid);
  system.bus.publish(`actor:${userId}`, { type: "revoked" });
  return startSession(system, parts.cookie, userId, client);
}

function hashesOf(codes: string[]): Buffer[] {
  return codes.map((code) => recoveryCodeHash(code)).filter((hash) => hash !== undefined);
}

interface Reader<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

function read<T>(body: Reader<T>, sent: unknown): T {
  const parsed = body.safeParse(sent);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  throw new AppError("invalid", "The body is not valid.", { issues });
}
