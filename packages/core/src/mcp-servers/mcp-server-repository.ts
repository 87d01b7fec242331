import type { McpServer } from "@crew/contracts/mcp-servers";
import { type RefusedMcpTool, mcpServersTable as servers } from "@crew/db/mcp-servers-table";
import { mcpToolsTable as tools } from "@crew/db/mcp-tools-table";
import { and, asc, count, eq, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** A server as it is kept; what it offers is counted where it is shown. */
export interface KeptMcpServer extends Omit<McpServer, "toolCounts"> {
  refusedTools: RefusedMcpTool[];
}

const kept = {
  id: servers.id,
  name: servers.name,
  url: servers.url,
  headers: servers.headers,
  isEnabled: servers.isEnabled,
  refusedTools: servers.refusedTools,
  refreshedAt: servers.refreshedAt,
  createdAt: servers.createdAt,
};

const isOne = (workspaceId: string, serverId: string) => and(eq(servers.workspaceId, workspaceId), eq(servers.id, serverId));

const counted = (state: string) => sql<number>`(count(*) FILTER (WHERE ${tools.state} = ${state}))::int`;

export async function listMcpServerRows(db: Db, workspaceId: string): Promise<McpServer[]> {
  const { refusedTools: _, ...shown } = kept;
  const rows = await db
    .select({ ...shown, new: counted("new"), approved: counted("approved"), changed: counted("changed"), rejected: counted("rejected") })
    .from(servers)
    .leftJoin(tools, eq(tools.serverId, servers.id))
    .where(eq(servers.workspaceId, workspaceId))
    .groupBy(servers.id)
    .orderBy(asc(servers.name));
  return rows.map(({ new: fresh, approved, changed, rejected, ...server }) => ({
    ...server,
    toolCounts: { new: fresh, approved, changed, rejected },
  }));
}

export async function countMcpServers(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(servers).where(eq(servers.workspaceId, workspaceId));
  return row?.count ?? 0;
}

/** False when the workspace has one of this name. */
export async function insertMcpServer(db: Db, server: typeof servers.$inferInsert): Promise<boolean> {
  const inserted = await db
    .insert(servers)
    .values(server)
    .onConflictDoNothing({ target: [servers.workspaceId, servers.name] })
    .returning({ id: servers.id });
  return inserted.length === 1;
}

export async function findMcpServer(db: Db, workspaceId: string, serverId: string): Promise<KeptMcpServer | undefined> {
  const [row] = await db.select(kept).from(servers).where(isOne(workspaceId, serverId));
  return row;
}

/** Holds back whoever else changes it or decides on its tools. */
export async function lockMcpServer(db: Db, workspaceId: string, serverId: string): Promise<KeptMcpServer | undefined> {
  const [row] = await db.select(kept).from(servers).where(isOne(workspaceId, serverId)).for("no key update");
  return row;
}

export async function updateMcpServerRow(
  db: Db,
  workspaceId: string,
  serverId: string,
  change: Partial<Omit<KeptMcpServer, "id" | "name" | "createdAt">>,
): Promise<void> {
  await db.update(servers).set(change).where(isOne(workspaceId, serverId));
}

/** The removed server's name. */
export async function removeMcpServer(db: Db, workspaceId: string, serverId: string): Promise<string | undefined> {
  const [row] = await db.delete(servers).where(isOne(workspaceId, serverId)).returning({ name: servers.name });
  return row?.name;
}
