import type { OAuthClient } from "@crew/contracts/oauth-clients";
import type { Page, PageQuery } from "@crew/contracts/page";
import { oauthClientsTable as clients } from "@crew/db/oauth-clients-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, count, desc, eq, isNull, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

const shown = {
  id: clients.id,
  name: clients.name,
  kind: clients.kind,
  redirectUris: clients.redirectUris,
  actsAlone: clients.actsAlone,
  scopes: clients.scopes,
  secretLastFour: clients.secretLastFour,
  createdAt: clients.createdAt,
};

const isOf = (workspaceId: string, clientId: string) => and(eq(clients.workspaceId, workspaceId), eq(clients.id, clientId));

export async function listOAuthClientPage(db: Db, workspaceId: string, page: PageQuery): Promise<Page<OAuthClient>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select(shown)
    .from(clients)
    .where(and(eq(clients.workspaceId, workspaceId), after === undefined ? undefined : lt(clients.id, after)))
    .orderBy(desc(clients.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

/** Holds back other creations in the workspace, so that two at once cannot pass the limit. */
export async function countOAuthClientsForUpdate(db: Db, workspaceId: string): Promise<number> {
  await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
  const [row] = await db.select({ count: count() }).from(clients).where(eq(clients.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertOAuthClient(
  db: Db,
  client: OAuthClient & { workspaceId: string | null; createdBy: string | null; secretHash: Buffer | null },
): Promise<void> {
  await db.insert(clients).values(client);
}

export async function findOAuthClientForUpdate(db: Db, workspaceId: string, clientId: string): Promise<OAuthClient | undefined> {
  const [row] = await db.select(shown).from(clients).where(isOf(workspaceId, clientId)).for("update");
  return row;
}

export async function updateOAuthClientRow(
  db: Db,
  workspaceId: string,
  clientId: string,
  change: Partial<OAuthClient> & { secretHash?: Buffer },
): Promise<void> {
  await db.update(clients).set(change).where(isOf(workspaceId, clientId));
}

export async function removeOAuthClient(db: Db, workspaceId: string, clientId: string): Promise<{ name: string } | undefined> {
  const [row] = await db.delete(clients).where(isOf(workspaceId, clientId)).returning({ name: clients.name });
  return row;
}

/** Any app, whoever registered it. */
export async function findOAuthClient(
  db: Db,
  clientId: string,
): Promise<(Pick<OAuthClient, "id" | "name" | "scopes"> & { workspaceId: string | null }) | undefined> {
  const [row] = await db
    .select({ id: clients.id, name: clients.name, scopes: clients.scopes, workspaceId: clients.workspaceId })
    .from(clients)
    .where(eq(clients.id, clientId));
  return row;
}

/** Those that registered themselves and that nobody has given anything within a day. */
export async function removeUnusedOAuthClients(db: Db): Promise<void> {
  await db
    .delete(clients)
    .where(
      and(
        isNull(clients.workspaceId),
        sql`${clients.createdAt} < now() - interval '1 day'`,
        sql`NOT EXISTS (SELECT FROM oauth_grants g WHERE g.client_id = ${clients.id})`,
      ),
    );
}

export async function countUnclaimedOAuthClients(db: Db): Promise<number> {
  const [row] = await db.select({ count: count() }).from(clients).where(isNull(clients.workspaceId));
  return row?.count ?? 0;
}
