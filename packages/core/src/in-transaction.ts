import { keepAnswer } from "./idempotency/keep-answer.ts";
import type { Ctx, Db, DbPool } from "./system.ts";

/**
 * Runs a verb's writes as one transaction. The callback's `ctx` shadows the outer one on purpose: its `db` is the
 * transaction. When the request carried an Idempotency-Key, the answer is kept in the same transaction, so that an
 * answer exists if and only if what it tells of does.
 */
export async function inTransaction<C extends Ctx<"db"> & { db: Db }, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  const pool = ctx.db as DbPool;
  if (typeof pool.transaction !== "function" || "rollback" in pool) return work(ctx);
  return pool.transaction(async (transaction) => {
    const result = await work({ ...ctx, db: transaction as unknown as C["db"] });
    if (ctx.request?.idempotency) await keepAnswer(transaction, ctx.actor, ctx.request.idempotency, result);
    return result;
  });
}
