import { usersTable as users } from "@crew/db/users-table";
import { eq } from "drizzle-orm";
import type { Db } from "../system.ts";

export interface User {
  name: string;
  email: string;
  isLocalOwner: boolean;
  isOperator: boolean;
}

export async function findUser(db: Db, userId: string): Promise<User | undefined> {
  const [row] = await db
    .select({ name: users.name, email: users.email, isLocalOwner: users.isLocalOwner, isOperator: users.isOperator })
    .from(users)
    .where(eq(users.id, userId));
  return row;
}
