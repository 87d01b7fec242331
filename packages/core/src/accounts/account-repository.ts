import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { accountsTable as accounts } from "@crew/db/accounts-table";
import { sessionsTable as sessions } from "@crew/db/sessions-table";
import { usersTable as users } from "@crew/db/users-table";
import { and, eq, ne, sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";
import type { Account } from "./account.ts";

const COLUMNS = `u.id, u.name, u.email, u.email_verified AS "isVerified", u.pending_email AS "pendingEmail",
  u.is_local_owner AS "isLocalOwner", u.disabled_at IS NOT NULL AS "isDisabled", a.password AS "passwordHash"
  FROM users u LEFT JOIN accounts a ON a.user_id = u.id AND a.provider_id = 'credential'`;

const FIND: Statement = { name: "find_account", text: `SELECT ${COLUMNS} WHERE u.id = $1` };
const FIND_BY_EMAIL: Statement = { name: "find_account_by_email", text: `SELECT ${COLUMNS} WHERE u.email = $1` };

type AccountRow = Omit<Account, "userId"> & { id: string };

function accountOf(row: AccountRow | undefined): Account | undefined {
  if (!row) return undefined;
  const { id, ...rest } = row;
  return { userId: typeIdFromUuid("user", id), ...rest };
}

export async function findAccountRow(statements: Statements, userId: string): Promise<Account | undefined> {
  const [row] = await statements.run<AccountRow>(FIND, [uuidFromTypeId(userId)]);
  return accountOf(row);
}

export async function findAccountRowByEmail(statements: Statements, email: string): Promise<Account | undefined> {
  const [row] = await statements.run<AccountRow>(FIND_BY_EMAIL, [email.toLowerCase()]);
  return accountOf(row);
}

/** Also for a person who had no password so far. */
export async function setPasswordHash(db: Db, userId: string, passwordHash: string, at: string, newUuid: () => string): Promise<void> {
  const changed = await db
    .update(accounts)
    .set({ password: passwordHash, updatedAt: at })
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, "credential")))
    .returning({ id: accounts.id });
  if (changed.length > 0) return;
  const accountId = uuidFromTypeId(userId);
  await db
    .insert(accounts)
    .values({ id: newUuid(), userId, accountId, providerId: "credential", password: passwordHash, createdAt: at, updatedAt: at });
}

export async function removeSessions(db: Db, userId: string, except?: string): Promise<void> {
  await db.delete(sessions).where(and(eq(sessions.userId, userId), except === undefined ? undefined : ne(sessions.id, except)));
}

/** The session goes on under another token, so that a copy of the old one is worth nothing. */
export async function rotateSession(db: Db, sessionId: string, tokenHash: Buffer, at: string): Promise<void> {
  await db.update(sessions).set({ tokenHash, provenAt: at, updatedAt: at }).where(eq(sessions.id, sessionId));
}

/** False when the person has this name already. */
export async function setUserName(db: Db, userId: string, name: string, at: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ name, updatedAt: at })
    .where(and(eq(users.id, userId), ne(users.name, name)))
    .returning({ id: users.id });
  return rows.length === 1;
}

/** False when the person has another address by now. */
export async function markVerified(db: Db, userId: string, email: string, at: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ emailVerified: true, updatedAt: at })
    .where(and(eq(users.id, userId), eq(users.email, email)))
    .returning({ id: users.id });
  return rows.length === 1;
}

export async function setPendingEmail(db: Db, userId: string, email: string, at: string): Promise<void> {
  await db.update(users).set({ pendingEmail: email, updatedAt: at }).where(eq(users.id, userId));
}

/** The address that was asked for becomes the person's own; the one they had, or `undefined` when they want another by now. */
export async function applyPendingEmail(db: Db, userId: string, email: string, at: string): Promise<string | undefined> {
  const [before] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId)).for("update");
  const rows = await db
    .update(users)
    .set({ email, emailVerified: true, pendingEmail: null, updatedAt: at })
    .where(and(eq(users.id, userId), eq(users.pendingEmail, email)))
    .returning({ id: users.id });
  return rows.length === 1 ? before?.email : undefined;
}

export async function setDisabled(db: Db, userId: string, isDisabled: boolean, at: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ disabledAt: isDisabled ? sql`coalesce(${users.disabledAt}, ${at}::timestamptz)` : null, updatedAt: at })
    .where(eq(users.id, userId))
    .returning({ id: users.id });
  return rows.length === 1;
}

/** False when it was so already. */
export async function setOperator(db: Db, userId: string, isOperator: boolean, at: string): Promise<boolean> {
  const rows = await db
    .update(users)
    .set({ isOperator, updatedAt: at })
    .where(and(eq(users.id, userId), ne(users.isOperator, isOperator)))
    .returning({ id: users.id });
  return rows.length === 1;
}

export async function removeUser(db: Db, userId: string): Promise<void> {
  await db.delete(users).where(eq(users.id, userId));
}
