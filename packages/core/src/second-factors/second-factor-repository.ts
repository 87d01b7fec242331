import type { Me } from "@crew/contracts/session";
import { secondFactorsTable as factors } from "@crew/db/second-factors-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** Whether the person has a second factor, and whether the workspace asks for one. */
export async function findSecondFactorState(db: Db, userId: string, workspaceId: string): Promise<Me["secondFactor"]> {
  const [row] = await db
    .select({ left: sql<number | null>`cardinality(${factors.recoveryCodeHashes})`, required: workspaces.requiresSecondFactor })
    .from(workspaces)
    .leftJoin(factors, and(eq(factors.userId, userId), isNotNull(factors.enabledAt)))
    .where(eq(workspaces.id, workspaceId));
  const left = row?.left ?? null;
  return { enabled: left !== null, recoveryCodesLeft: left ?? 0, required: row?.required ?? false };
}

/** False when the person has none. */
export async function removeSecondFactorRow(db: Db, userId: string): Promise<boolean> {
  const rows = await db.delete(factors).where(eq(factors.userId, userId)).returning({ userId: factors.userId });
  return rows.length === 1;
}
