import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** Whoever joins, leaves or is made an owner of one of them waits; the order keeps two from waiting for each other. */
export async function lockWorkspacesOf(db: Db, userId: string): Promise<void> {
  const own = db.select({ id: members.workspaceId }).from(members).where(eq(members.userId, userId));
  await db.select({ id: workspaces.id }).from(workspaces).where(inArray(workspaces.id, own)).orderBy(asc(workspaces.id)).for("update");
}

const others = sql`EXISTS (SELECT FROM workspace_members other WHERE other.workspace_id = ${members.workspaceId} AND other.user_id <> ${members.userId})`;
const otherOwners = sql`EXISTS (SELECT FROM workspace_members other WHERE other.workspace_id = ${members.workspaceId}
  AND other.user_id <> ${members.userId} AND other.role = 'owner')`;

/** Workspaces with other members that would have no owner without this person. */
export async function findOrphans(db: Db, userId: string): Promise<{ id: string; name: string }[]> {
  return db
    .select({ id: workspaces.id, name: workspaces.name })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, userId), eq(members.role, "owner"), others, sql`NOT ${otherOwners}`));
}

/** Those that nobody else is in. */
export async function removeOwnWorkspaces(db: Db, userId: string): Promise<void> {
  const alone = await db
    .delete(members)
    .where(and(eq(members.userId, userId), sql`NOT ${others}`))
    .returning({ id: members.workspaceId });
  for (const { id } of alone) await db.delete(workspaces).where(eq(workspaces.id, id));
}
