import type { OAuthGrant } from "@crew/contracts/oauth-grants";
import type { Page, PageQuery } from "@crew/contracts/page";
import { oauthClientsTable as clients } from "@crew/db/oauth-clients-table";
import { oauthGrantsTable as grants } from "@crew/db/oauth-grants-table";
import { and, count, desc, eq, lt } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

interface Owner {
  workspaceId: string;
  userId: string;
}

const isOf = ({ workspaceId, userId }: Owner) => and(eq(grants.workspaceId, workspaceId), eq(grants.userId, userId));

/** `db` without the workspace's wall: an app of another workspace has its name there. */
export async function listOAuthGrantPage(db: Db, owner: Owner, page: PageQuery): Promise<Page<OAuthGrant>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select({
      id: grants.id,
      clientId: grants.clientId,
      clientName: clients.name,
      scopes: grants.scopes,
      createdAt: grants.createdAt,
      lastUsedAt: grants.lastUsedAt,
    })
    .from(grants)
    .innerJoin(clients, eq(clients.id, grants.clientId))
    .where(and(isOf(owner), after === undefined ? undefined : lt(grants.id, after)))
    .orderBy(desc(grants.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

export async function countOAuthGrants(db: Db, owner: Owner): Promise<number> {
  const [row] = await db.select({ count: count() }).from(grants).where(isOf(owner));
  return row?.count ?? 0;
}

export async function insertOAuthGrant(db: Db, grant: typeof grants.$inferInsert): Promise<void> {
  await db.insert(grants).values(grant);
}

/** Codes and refresh tokens of the grant go with it. */
export async function removeOAuthGrant(db: Db, owner: Owner, grantId: string): Promise<{ clientId: string } | undefined> {
  const [row] = await db
    .delete(grants)
    .where(and(isOf(owner), eq(grants.id, grantId)))
    .returning({ clientId: grants.clientId });
  return row;
}

export async function findOAuthGrant(db: Db, grantId: string): Promise<typeof grants.$inferSelect | undefined> {
  const [row] = await db.select().from(grants).where(eq(grants.id, grantId));
  return row;
}
