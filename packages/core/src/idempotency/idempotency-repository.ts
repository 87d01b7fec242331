import { uuidFromTypeId } from "@crew/contracts/ids";
import { idempotencyKeysTable as keys } from "@crew/db/idempotency-keys-table";
import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { Actor } from "../access/actor.ts";
import type { Db } from "../system.ts";

export interface KeptAnswer {
  fingerprint: string;
  status: number;
  response: unknown;
}

const LIFETIME = sql`interval '24 hours'`;

function actorId(actor: Actor): string {
  return uuidFromTypeId(actor.apiKeyId ?? actor.userId);
}

export async function findAnswer(db: Db, actor: Actor, key: string): Promise<KeptAnswer | undefined> {
  const [row] = await db
    .select({ fingerprint: keys.fingerprint, status: keys.status, response: keys.response })
    .from(keys)
    .where(
      and(
        eq(keys.workspaceId, actor.workspaceId),
        eq(keys.actorId, actorId(actor)),
        eq(keys.key, key),
        gt(keys.createdAt, sql`now() - ${LIFETIME}`),
      ),
    );
  return row;
}

/** False when the key is taken; waits for a transaction that is taking it. An answer past its day makes way. */
export async function insertAnswer(db: Db, actor: Actor, key: string, answer: KeptAnswer): Promise<boolean> {
  const inserted = await db
    .insert(keys)
    .values({ workspaceId: actor.workspaceId, actorId: actorId(actor), key, ...answer, createdAt: sql`now()` })
    .onConflictDoUpdate({
      target: [keys.workspaceId, keys.actorId, keys.key],
      set: { fingerprint: answer.fingerprint, status: answer.status, response: answer.response, createdAt: sql`now()` },
      setWhere: lt(keys.createdAt, sql`now() - ${LIFETIME}`),
    })
    .returning({ key: keys.key });
  return inserted.length === 1;
}

export async function removeOldAnswers(db: Db): Promise<void> {
  await db.delete(keys).where(lt(keys.createdAt, sql`now() - ${LIFETIME}`));
}
