import { usersTable as users } from "@crew/db/users-table";
import { eq } from "drizzle-orm";
import type { Db } from "../system.ts";

export async function findLocalOwner(db: Db): Promise<{ userId: string; name: string } | undefined> {
  const [row] = await db.select({ userId: users.id, name: users.name }).from(users).where(eq(users.isLocalOwner, true));
  return row;
}

export async function hasUsers(db: Db): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}

/**
 * Writes the owner, who operates the installation, unless anybody is there. Of two at once the second waits at the index on `is_local_owner` and then
 * writes nothing.
 */
export async function insertLocalOwner(db: Db, owner: { id: string; name: string; email: string; at: string }): Promise<void> {
  if (await hasUsers(db)) return;
  await db
    .insert(users)
    .values({
      id: owner.id,
      name: owner.name,
      email: owner.email,
      emailVerified: false,
      isLocalOwner: true,
      isOperator: true,
      createdAt: owner.at,
      updatedAt: owner.at,
    })
    .onConflictDoNothing();
}
