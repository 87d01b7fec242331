import type { WorkspaceRole } from "@crew/contracts/roles";
import { customRolesTable as roles } from "@crew/db/custom-roles-table";
import { invitationsTable as invitations } from "@crew/db/invitations-table";
import { usersTable as users } from "@crew/db/users-table";
import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { and, asc, count, eq, gt, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

type CustomRole = typeof roles.$inferSelect;

export type ShownCustomRole = WorkspaceRole & { id: string };

const isRole = (workspaceId: string, roleId: string) => and(eq(roles.workspaceId, workspaceId), eq(roles.id, roleId));

export async function findRole(db: Db, workspaceId: string, roleId: string): Promise<CustomRole | undefined> {
  const [row] = await db.select().from(roles).where(isRole(workspaceId, roleId));
  return row;
}

/** By name; there are few by nature. */
export async function listCustomRoles(db: Db, workspaceId: string): Promise<CustomRole[]> {
  return db.select().from(roles).where(eq(roles.workspaceId, workspaceId)).orderBy(asc(roles.name), asc(roles.id));
}

/** How many members have each role; custom ones by their id. */
export async function countMembersByRole(db: Db, workspaceId: string): Promise<Map<string, number>> {
  const rows = await db
    .select({ role: members.role, customRoleId: members.customRoleId, count: count() })
    .from(members)
    .where(eq(members.workspaceId, workspaceId))
    .groupBy(members.role, members.customRoleId);
  return new Map(rows.map((row) => [row.customRoleId ?? row.role, row.count]));
}

/** False when the workspace has a role of this name, however it is written. */
export async function insertRole(db: Db, role: CustomRole): Promise<boolean> {
  const rows = await db.insert(roles).values(role).onConflictDoNothing().returning({ id: roles.id });
  return rows.length === 1;
}

export async function isRoleNameTaken(db: Db, workspaceId: string, name: string, exceptId: string): Promise<boolean> {
  const rows = await db
    .select({ id: roles.id })
    .from(roles)
    .where(
      and(
        eq(roles.workspaceId, workspaceId),
        sql`lower(${roles.name}) = lower(${name})`,
        sql`${roles.id} <> ${roles.id.mapToDriverValue(exceptId)}`,
      ),
    );
  return rows.length > 0;
}

export async function updateRoleRow(
  db: Db,
  workspaceId: string,
  roleId: string,
  fields: Partial<Pick<CustomRole, "name" | "description" | "permissions">> & { updatedAt: string },
): Promise<void> {
  await db.update(roles).set(fields).where(isRole(workspaceId, roleId));
}

/** False when there is none. */
export async function removeRole(db: Db, workspaceId: string, roleId: string): Promise<boolean> {
  const rows = await db.delete(roles).where(isRole(workspaceId, roleId)).returning({ id: roles.id });
  return rows.length === 1;
}

/** Names of the members who have the role, and the addresses of those who are invited to it. */
export async function listHolders(db: Db, workspaceId: string, roleId: string, now: string): Promise<string[]> {
  const people = await db
    .select({ name: users.name })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(members.customRoleId, roleId)))
    .orderBy(asc(members.createdAt));
  const invited = await db
    .select({ email: invitations.email })
    .from(invitations)
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        eq(invitations.customRoleId, roleId),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, now),
      ),
    );
  return [...people.map(({ name }) => name), ...invited.map(({ email }) => `the invitation of ${email}`)];
}
