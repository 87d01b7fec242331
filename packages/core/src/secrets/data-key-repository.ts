import { dataKeysTable as dataKeys } from "@crew/db/data-keys-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** Random nonces of 96 bits: at 2^30 of them under one key, two are alike with a chance of about 2^-37. */
export const MAX_SEALS = 2 ** 30;

/** Counts one more seal and returns the wrapped key for it; `undefined` when the workspace has none, or a used up one. */
export async function takeDataKey(db: Db, workspaceId: string): Promise<string | undefined> {
  const isFresh = and(eq(dataKeys.workspaceId, workspaceId), lt(dataKeys.seals, MAX_SEALS));
  const newest = db.select({ keyId: dataKeys.keyId }).from(dataKeys).where(isFresh).orderBy(desc(dataKeys.createdAt), dataKeys.keyId);
  const [row] = await db
    .update(dataKeys)
    .set({ seals: sql`${dataKeys.seals} + 1` })
    .where(and(eq(dataKeys.workspaceId, workspaceId), sql`${dataKeys.keyId} = (${newest.limit(1)})`))
    .returning({ wrappedKey: dataKeys.wrappedKey });
  return row?.wrappedKey;
}

/** Holds back others that make this workspace's data key. */
export async function lockDataKeys(db: Db, workspaceId: string): Promise<void> {
  await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
}

export async function insertDataKey(
  db: Db,
  key: { workspaceId: string; keyId: string; wrappedKey: string; createdAt: string },
): Promise<void> {
  await db.insert(dataKeys).values({ ...key, seals: 1 });
}
