import type { Actor } from "../access/actor.ts";
import type { Db, RequestInfo } from "../system.ts";
import { insertAnswer } from "./idempotency-repository.ts";

/** Thrown inside the transaction, which it rolls back: another request with this key came first. */
export class AnswerAlreadyKept extends Error {
  override name = "AnswerAlreadyKept";
}

export async function keepAnswer(
  db: Db,
  actor: Actor,
  idempotency: NonNullable<RequestInfo["idempotency"]>,
  result: unknown,
): Promise<void> {
  const kept = await insertAnswer(db, actor, idempotency.key, {
    fingerprint: idempotency.fingerprint,
    status: idempotency.status,
    response: result ?? null,
  });
  if (!kept) throw new AnswerAlreadyKept();
}
