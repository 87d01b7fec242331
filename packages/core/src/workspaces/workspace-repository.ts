import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { MemberRole, Permission } from "@crew/contracts/permissions";
import type { Workspace } from "@crew/contracts/workspaces";
import { usersTable as users } from "@crew/db/users-table";
import { workspaceMembersTable as members } from "@crew/db/workspace-members-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, asc, count, eq, gt, sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

const shown = {
  id: workspaces.id,
  name: workspaces.name,
  role: members.role,
  requiresSecondFactor: workspaces.requiresSecondFactor,
  mailQuestionsTo: workspaces.mailQuestionsTo,
  createdAt: workspaces.createdAt,
};

/** In the order in which the person joined them. */
export async function listWorkspacesOf(db: Db, userId: string): Promise<Workspace[]> {
  return db
    .select(shown)
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.workspaceId));
}

export async function findWorkspaceOf(db: Db, userId: string, workspaceId: string): Promise<Workspace | undefined> {
  const [row] = await db
    .select(shown)
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, userId), eq(members.workspaceId, workspaceId)));
  return row;
}

export async function insertWorkspace(db: Db, workspace: { id: string; name: string; createdAt: string }, ownerId: string): Promise<void> {
  await db.insert(workspaces).values(workspace);
  await db.insert(members).values({ workspaceId: workspace.id, userId: ownerId, role: "owner", createdAt: workspace.createdAt });
}

export interface Membership {
  userId: string;
  userName: string;
  workspaceId: string;
  role: MemberRole;
  /** What the custom role allows, when it is one. */
  customPermissions?: readonly Permission[] | null;
  lacksSecondFactor?: boolean;
}

const FIND_MEMBERSHIP: Statement = {
  name: "find_membership",
  text: `SELECT u.name, m.workspace_id, m.role, r.permissions AS custom_permissions,
      w.requires_second_factor AND NOT EXISTS (SELECT FROM second_factors f WHERE f.user_id = u.id AND f.enabled_at IS NOT NULL) AS lacks_second_factor
    FROM users u JOIN workspace_members m ON m.user_id = u.id JOIN workspaces w ON w.id = m.workspace_id LEFT JOIN custom_roles r ON r.id = m.custom_role_id
    WHERE u.id = $1 AND u.disabled_at IS NULL AND ($2::uuid IS NULL OR m.workspace_id = $2)
    ORDER BY m.workspace_id IS NOT DISTINCT FROM u.last_workspace_id DESC, m.created_at, m.workspace_id LIMIT 1`,
};

export async function findMembershipRow(statements: Statements, userId: string, workspaceId?: string): Promise<Membership | undefined> {
  const [row] = await statements.run<{
    name: string;
    workspace_id: string;
    role: MemberRole;
    custom_permissions: Permission[] | null;
    lacks_second_factor: boolean;
  }>(FIND_MEMBERSHIP, [uuidFromTypeId(userId), workspaceId === undefined ? null : uuidFromTypeId(workspaceId)]);
  if (!row) return undefined;
  const { name, role, custom_permissions } = row;
  return {
    userId,
    userName: name,
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    role,
    customPermissions: custom_permissions,
    lacksSecondFactor: row.lacks_second_factor,
  };
}

/** Changes nothing for who is not a member. */
export async function setLastWorkspace(db: Db, userId: string, workspaceId: string): Promise<void> {
  await db
    .update(users)
    .set({ lastWorkspaceId: workspaceId })
    .where(
      and(
        eq(users.id, userId),
        sql`${users.lastWorkspaceId} IS DISTINCT FROM ${uuidFromTypeId(workspaceId)}::uuid`,
        sql`EXISTS (SELECT FROM ${members} WHERE ${eq(members.userId, users.id)} AND ${eq(members.workspaceId, workspaceId)})`,
      ),
    );
}

/** Holds back whoever else makes a workspace for the same person; false when there is no such person. */
export async function lockUser(db: Db, userId: string): Promise<boolean> {
  const rows = await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
  return rows.length === 1;
}

/**
 * Holds back whoever else changes who is in the workspace and as what, so that rules on all its members (one owner at
 * least) hold whatever happens at once. False when it is gone.
 */
export async function lockWorkspace(db: Db, workspaceId: string): Promise<boolean> {
  const rows = await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
  return rows.length === 1;
}

export async function countOwnedWorkspaces(db: Db, userId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(members)
    .where(and(eq(members.userId, userId), eq(members.role, "owner")));
  return row?.count ?? 0;
}

export async function updateWorkspaceRow(
  db: Db,
  workspaceId: string,
  fields: { name?: string | undefined; requiresSecondFactor?: boolean | undefined; mailQuestionsTo?: string[] | null | undefined },
): Promise<void> {
  await db.update(workspaces).set(fields).where(eq(workspaces.id, workspaceId));
}

/** With all that is in it. Workers that move one of its runs are told to stop, and find no row to write to. */
export async function removeWorkspace(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`SELECT pg_notify('crew_cancel', id::text) FROM runs
    WHERE workspace_id = ${uuidFromTypeId(workspaceId)} AND state = 'running'`);
  await db.delete(workspaces).where(eq(workspaces.id, workspaceId));
}

/** All of them, in the order of their ids, a page at a time; for jobs, which act for nobody. */
export async function listWorkspaceIds(db: Db, page: { after: string | undefined; limit: number }): Promise<string[]> {
  const rows = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(page.after === undefined ? undefined : gt(workspaces.id, page.after))
    .orderBy(asc(workspaces.id))
    .limit(page.limit);
  return rows.map(({ id }) => id);
}
