import type { CrewGrant, CrewPermission } from "@crew/contracts/crew-grants";
import { typeIdFromUuid, UserId, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import { crewGrantsTable as grants } from "@crew/db/crew-grants-table";
import { usersTable as users } from "@crew/db/users-table";
import { and, asc, eq, gt } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";

interface Holder {
  workspaceId: string;
  userId: string;
}

const FIND: Statement = {
  name: "find_crew_grant",
  text: "SELECT permissions FROM crew_grants WHERE crew_id = $1 AND user_id = $2 AND workspace_id = $3",
};

/** What the person may do with this crew beside their role. */
export async function findCrewGrant(statements: Statements, holder: Holder, crewId: string): Promise<CrewPermission[]> {
  const [row] = await statements.run<{ permissions: CrewPermission[] }>(
    FIND,
    [crewId, holder.userId, holder.workspaceId].map(uuidFromTypeId),
  );
  return row?.permissions ?? [];
}

const LIST_CREWS: Statement = {
  name: "list_granted_crews",
  text: "SELECT crew_id FROM crew_grants WHERE workspace_id = $1 AND user_id = $2 AND ($3::text IS NULL OR $3 = ANY(permissions))",
};

/** Crews on which the person has this grant, or any. */
export async function listGrantedCrews(
  statements: Statements,
  holder: Holder,
  permission: CrewPermission | null = null,
): Promise<string[]> {
  const values = [uuidFromTypeId(holder.workspaceId), uuidFromTypeId(holder.userId), permission];
  return (await statements.run<{ crew_id: string }>(LIST_CREWS, values)).map((row) => typeIdFromUuid("crew", row.crew_id));
}

const shown = {
  userId: grants.userId,
  name: users.name,
  email: users.email,
  isLocalOwner: users.isLocalOwner,
  permissions: grants.permissions,
  updatedAt: grants.updatedAt,
};

/** In the order of people's ids, which is that in which they came. */
export async function listCrewGrantPage(db: Db, workspaceId: string, crewId: string, page: PageQuery): Promise<Page<CrewGrant>> {
  const [after] = decodeCursor(page.cursor, z.tuple([UserId]));
  const rows = await db
    .select(shown)
    .from(grants)
    .innerJoin(users, eq(users.id, grants.userId))
    .where(and(eq(grants.workspaceId, workspaceId), eq(grants.crewId, crewId), after === undefined ? undefined : gt(grants.userId, after)))
    .orderBy(asc(grants.userId))
    .limit(page.limit + 1);
  return pageFrom(
    rows.map(({ isLocalOwner, ...row }) => ({ ...row, email: isLocalOwner ? null : row.email })),
    page.limit,
    ({ userId }) => [userId],
  );
}

export async function findShownGrant(db: Db, workspaceId: string, crewId: string, userId: string): Promise<CrewGrant | undefined> {
  const [row] = await db
    .select(shown)
    .from(grants)
    .innerJoin(users, eq(users.id, grants.userId))
    .where(and(eq(grants.workspaceId, workspaceId), eq(grants.crewId, crewId), eq(grants.userId, userId)));
  if (!row) return undefined;
  const { isLocalOwner, ...grant } = row;
  return { ...grant, email: isLocalOwner ? null : grant.email };
}

export async function writeCrewGrant(db: Db, grant: typeof grants.$inferInsert): Promise<void> {
  const { permissions, updatedAt } = grant;
  await db
    .insert(grants)
    .values(grant)
    .onConflictDoUpdate({ target: [grants.crewId, grants.userId], set: { permissions, updatedAt } });
}

/** False when there was none. */
export async function removeCrewGrantRow(db: Db, workspaceId: string, crewId: string, userId: string): Promise<boolean> {
  const rows = await db
    .delete(grants)
    .where(and(eq(grants.workspaceId, workspaceId), eq(grants.crewId, crewId), eq(grants.userId, userId)))
    .returning({ userId: grants.userId });
  return rows.length === 1;
}
