import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findAnswer, type KeptAnswer } from "./idempotency-repository.ts";
import { AnswerAlreadyKept } from "./keep-answer.ts";

/**
 * Runs `work` at most once for the request's Idempotency-Key. The same key and body get the kept answer; the same key
 * with another body throws `conflict`. Without a key, `work` simply runs.
 */
export async function answerOnce<T>(ctx: Ctx<"db">, work: () => Promise<T>): Promise<{ result: T; wasReplayed: boolean }> {
  const idempotency = ctx.request?.idempotency;
  if (!idempotency) return { result: await work(), wasReplayed: false };
  const replay = async () => {
    const kept = await findAnswer(ctx.db, ctx.actor, idempotency.key);
    return kept && { result: checked<T>(kept, idempotency.fingerprint), wasReplayed: true };
  };
  const early = await replay();
  if (early) return early;
  try {
    return { result: await work(), wasReplayed: false };
  } catch (error) {
    if (!(error instanceof AnswerAlreadyKept)) throw error;
    const late = await replay();
    if (late) return late;
    throw new AppError("conflict", "Another request with this Idempotency-Key has just ended. Send it again.");
  }
}

function checked<T>(kept: KeptAnswer, fingerprint: string): T {
  if (kept.fingerprint !== fingerprint)
    throw new AppError("conflict", "This Idempotency-Key was used for a different request. Nothing was changed; choose a new key.");
  return kept.response as T;
}
