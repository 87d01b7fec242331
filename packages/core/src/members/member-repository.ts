import { UserId } from "@crew/contracts/ids";
import type { Member } from "@crew/contracts/members";
import type { Page, PageQuery } from "@crew/contracts/page";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import { customRolesTable as roles } from "@crew/db/custom-roles-table";
import { secondFactorsTable as factors } from "@crew/db/second-factors-table";
import { sessionsTable as sessions } from "@crew/db/sessions-table";
import { usersTable as users } from "@crew/db/users-table";
import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { and, asc, count, eq, gt, isNotNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

/** A role as a row of a member or an invitation names it. */
export interface RoleOfRow {
  role: MemberRole;
  customRoleId: string | null;
}

/** What a rule on members needs to know of one. */
export interface MemberStanding extends RoleOfRow {
  userId: string;
  customPermissions: Permission[] | null;
}

const isIn = (workspaceId: string, userId: string) => and(eq(members.workspaceId, workspaceId), eq(members.userId, userId));

export async function findMember(db: Db, workspaceId: string, userId: string): Promise<MemberStanding | undefined> {
  const [row] = await db
    .select({ userId: members.userId, role: members.role, customRoleId: members.customRoleId, customPermissions: roles.permissions })
    .from(members)
    .leftJoin(roles, eq(roles.id, members.customRoleId))
    .where(isIn(workspaceId, userId));
  return row;
}

export async function countOwners(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), eq(members.role, "owner")));
  return row?.count ?? 0;
}

export async function listMemberIds(db: Db, workspaceId: string, customRoleId?: string): Promise<string[]> {
  const rows = await db
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.workspaceId, workspaceId), customRoleId === undefined ? undefined : eq(members.customRoleId, customRoleId)));
  return rows.map(({ userId }) => userId);
}

/** False when the person is a member already. */
export async function insertMember(db: Db, workspaceId: string, userId: string, given: RoleOfRow, createdAt: string): Promise<boolean> {
  const rows = await db
    .insert(members)
    .values({ workspaceId, userId, role: given.role, customRoleId: given.customRoleId, createdAt })
    .onConflictDoNothing()
    .returning({ userId: members.userId });
  return rows.length === 1;
}

export async function setMemberRole(db: Db, workspaceId: string, userId: string, given: RoleOfRow): Promise<void> {
  await db.update(members).set({ role: given.role, customRoleId: given.customRoleId }).where(isIn(workspaceId, userId));
}

export async function removeMemberRow(db: Db, workspaceId: string, userId: string): Promise<void> {
  await db.delete(members).where(isIn(workspaceId, userId));
}

const shown = {
  userId: members.userId,
  name: users.name,
  email: users.email,
  isLocalOwner: users.isLocalOwner,
  role: members.role,
  customRoleId: members.customRoleId,
  customRoleName: roles.name,
  joinedAt: members.createdAt,
  secondFactor: sql<boolean>`EXISTS (SELECT FROM ${factors} WHERE ${and(eq(factors.userId, users.id), isNotNull(factors.enabledAt))})`,
  lastSeenAt: sql<string | Date | null>`(SELECT max(${sessions.updatedAt}) FROM ${sessions} WHERE ${eq(sessions.userId, users.id)})`,
};

const Cursor = z.tuple([z.iso.datetime(), UserId]);

/** Reads sessions and second factors, which belong to people and not to a workspace: `db` stands outside the wall. */
export async function listMemberPage(db: Db, workspaceId: string, page: PageQuery): Promise<Page<Member>> {
  const [joinedAt, userId] = decodeCursor(page.cursor, Cursor);
  const rows = await selectMembers(db)
    .where(
      and(
        eq(members.workspaceId, workspaceId),
        joinedAt && userId
          ? or(gt(members.createdAt, joinedAt), and(eq(members.createdAt, joinedAt), gt(members.userId, userId)))
          : undefined,
      ),
    )
    .orderBy(asc(members.createdAt), asc(members.userId))
    .limit(page.limit + 1);
  return pageFrom(rows.map(memberOf), page.limit, (member) => [member.joinedAt, member.userId]);
}

/** The same outside the wall. */
export async function findShownMember(db: Db, workspaceId: string, userId: string): Promise<Member | undefined> {
  const [row] = await selectMembers(db).where(isIn(workspaceId, userId));
  return row && memberOf(row);
}

function selectMembers(db: Db) {
  return db
    .select(shown)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .leftJoin(roles, eq(roles.id, members.customRoleId))
    .$dynamic();
}

function memberOf({ isLocalOwner, ...row }: Awaited<ReturnType<typeof selectMembers>>[number]): Member {
  const lastSeenAt = row.lastSeenAt && new Date(row.lastSeenAt).toISOString();
  return { ...row, email: isLocalOwner ? null : row.email, lastSeenAt };
}
