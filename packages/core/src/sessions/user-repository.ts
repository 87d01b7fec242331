import { usersTable as users } from "@crew/db/users-table";
import { eq } from "drizzle-orm";
import type { Db } from "../system.ts";

export async function findUser(db: Db, userId: string): Promise<{ name: string; email: string; isLocalOwner: boolean } | undefined> {
  const [row] = await db
    .select({ name: users.name, email: users.email, isLocalOwner: users.isLocalOwner })
    .from(users)
    .where(eq(users.id, userId));
  return row;
}
