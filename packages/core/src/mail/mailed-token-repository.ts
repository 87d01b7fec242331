import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { mailedTokensTable as tokens } from "@crew/db/mailed-tokens-table";
import { and, eq, inArray } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

export type MailedPurpose = "password_reset" | "email_verification" | "email_change";

/** Writes one row and sweeps what is over. Of one person and purpose the three newest count: a late mail still opens something. */
const INSERT: Statement = {
  name: "insert_mailed_token",
  text: `WITH swept AS (
      DELETE FROM mailed_tokens WHERE expires_at < $5 OR token_hash IN (
        SELECT token_hash FROM mailed_tokens WHERE user_id = $2 AND purpose = $3 ORDER BY created_at DESC OFFSET 2)
    ) INSERT INTO mailed_tokens (token_hash, user_id, purpose, email, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function insertMailedToken(
  statements: Statements,
  token: { hash: Buffer; userId: string; purpose: MailedPurpose; email: string; at: Date; expiresAt: Date },
): Promise<void> {
  const { hash, userId, purpose, email, at, expiresAt } = token;
  await statements.run(INSERT, [hash, uuidFromTypeId(userId), purpose, email, at.toISOString(), expiresAt.toISOString()]);
}

const FIND: Statement = {
  name: "find_mailed_token",
  text: `SELECT t.user_id, t.purpose, t.email, u.name FROM mailed_tokens t JOIN users u ON u.id = t.user_id
    WHERE t.token_hash = $1 AND t.expires_at > $2 AND u.disabled_at IS NULL`,
};

export interface MailedToken {
  userId: string;
  purpose: MailedPurpose;
  email: string;
  name: string;
}

/** Whose it is, without using it. */
export async function findMailedToken(statements: Statements, hash: Buffer, now: Date): Promise<MailedToken | undefined> {
  const [row] = await statements.run<{ user_id: string; purpose: MailedPurpose; email: string; name: string }>(FIND, [
    hash,
    now.toISOString(),
  ]);
  return row && { userId: typeIdFromUuid("user", row.user_id), purpose: row.purpose, email: row.email, name: row.name };
}

/** Of many at once that show the same token one gets it, and the person's others of that purpose are void with it. */
export async function takeMailedToken(
  db: Db,
  hash: Buffer,
  purposes: readonly MailedPurpose[],
  now: Date,
): Promise<Omit<MailedToken, "name"> | undefined> {
  const [taken] = await db
    .delete(tokens)
    .where(and(eq(tokens.tokenHash, hash), inArray(tokens.purpose, [...purposes])))
    .returning();
  if (!taken || Date.parse(taken.expiresAt) <= now.getTime()) return undefined;
  await db.delete(tokens).where(and(eq(tokens.userId, taken.userId), eq(tokens.purpose, taken.purpose)));
  return { userId: taken.userId, purpose: taken.purpose, email: taken.email };
}

export async function removeMailedTokens(db: Db, userId: string): Promise<void> {
  await db.delete(tokens).where(eq(tokens.userId, userId));
}
