import { typeIdFromUuid } from "@crew/contracts/ids";
import { accountsTable as accounts } from "@crew/db/accounts-table";
import { usersTable as users } from "@crew/db/users-table";
import { sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";
import { hasUsers } from "../workspaces/local-owner-repository.ts";

/** Somebody as another's sign-in knows them: never the e-mail address, which may change hands. */
export interface LinkedIdentity {
  providerId: string;
  subject: string;
}

const FIND: Statement = {
  name: "find_linked_user",
  text: `SELECT u.id, u.disabled_at IS NOT NULL AS "isDisabled" FROM accounts a JOIN users u ON u.id = a.user_id
    WHERE a.provider_id = $1 AND a.account_id = $2`,
};

export async function findLinkedUserRow(
  statements: Statements,
  { providerId, subject }: LinkedIdentity,
): Promise<{ userId: string; isDisabled: boolean } | undefined> {
  const [row] = await statements.run<{ id: string; isDisabled: boolean }>(FIND, [providerId, subject]);
  return row && { userId: typeIdFromUuid("user", row.id), isDisabled: row.isDisabled };
}

export async function insertLinkedAccount(db: Db, row: LinkedIdentity & { id: string; userId: string; at: string }): Promise<void> {
  const { id, userId, providerId, subject, at } = row;
  await db.insert(accounts).values({ id, userId, providerId, accountId: subject, createdAt: at, updatedAt: at });
}

/** Advisory lock on the moment in which an installation gets its first person. */
const FIRST_PERSON_LOCK = { classId: 1_668_444_520, objectId: 2 };

/** In the transaction of a sign-up. Whoever is the first person operates the installation; of many at once one is. */
export async function insertUser(
  db: Db,
  user: { id: string; name: string; email: string; isVerified: boolean; at: string },
): Promise<void> {
  const { id, name, email, isVerified, at } = user;
  const isOperator = await isFirstPerson(db);
  await db
    .insert(users)
    .values({ id, name, email, emailVerified: isVerified, isLocalOwner: false, isOperator, createdAt: at, updatedAt: at });
}

/** Asked again behind the lock, which only those take who find nobody. */
async function isFirstPerson(db: Db): Promise<boolean> {
  if (await hasUsers(db)) return false;
  await db.execute(sql`SELECT pg_advisory_xact_lock(${FIRST_PERSON_LOCK.classId}::int, ${FIRST_PERSON_LOCK.objectId}::int)`);
  return !(await hasUsers(db));
}
