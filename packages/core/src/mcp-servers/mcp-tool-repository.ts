import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { McpToolState } from "@crew/contracts/mcp-servers";
import type { Tool, ToolClass } from "@crew/contracts/tools";
import { mcpServersTable as servers } from "@crew/db/mcp-servers-table";
import { type ApprovedMcpTool, mcpToolsTable as tools } from "@crew/db/mcp-tools-table";
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

export type KeptMcpTool = typeof tools.$inferSelect;

const isOne = (serverId: string, name: string) => and(eq(tools.serverId, serverId), eq(tools.name, name));

export async function listMcpToolRows(db: Db, serverId: string): Promise<KeptMcpTool[]> {
  return db.select().from(tools).where(eq(tools.serverId, serverId)).orderBy(asc(tools.name));
}

export async function findMcpTool(db: Db, serverId: string, name: string): Promise<KeptMcpTool | undefined> {
  const [row] = await db.select().from(tools).where(isOne(serverId, name));
  return row;
}

export async function insertMcpTools(db: Db, rows: (typeof tools.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await db.insert(tools).values(rows);
}

export async function updateMcpTool(
  db: Db,
  serverId: string,
  name: string,
  change: Partial<Omit<KeptMcpTool, "id" | "workspaceId" | "serverId" | "name">>,
): Promise<void> {
  await db.update(tools).set(change).where(isOne(serverId, name));
}

export async function removeMcpTools(db: Db, serverId: string, names?: readonly string[]): Promise<void> {
  if (names?.length === 0) return;
  await db.delete(tools).where(names ? and(eq(tools.serverId, serverId), inArray(tools.name, [...names])) : eq(tools.serverId, serverId));
}

/** What agents of the workspace may use now. */
export async function listApprovedMcpTools(db: Db, workspaceId: string): Promise<Tool[]> {
  const rows = await db
    .select({ id: tools.id, name: tools.name, class: tools.class, approved: tools.approved })
    .from(tools)
    .innerJoin(servers, eq(servers.id, tools.serverId))
    .where(and(eq(tools.workspaceId, workspaceId), eq(tools.state, "approved"), eq(servers.isEnabled, true)))
    .orderBy(asc(tools.name));
  return rows.flatMap(({ approved, ...tool }) => {
    const { description, parameters } = approved ?? {};
    return description !== undefined && parameters ? [{ ...tool, kind: "mcp" as const, description, parameters }] : [];
  });
}

/** What crews may name: also what is off for now, so that a crew can be changed while somebody looks at its tool. */
export async function listMcpToolNames(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db
    .select({ name: tools.name })
    .from(tools)
    .where(and(eq(tools.workspaceId, workspaceId), inArray(tools.state, ["approved", "changed"])));
  return rows.map(({ name }) => name);
}

/** A tool with its server, as a run finds it in this moment. */
export interface RunMcpTool {
  name: string;
  originalName: string;
  state: McpToolState;
  class: ToolClass;
  approved: ApprovedMcpTool | null;
  server: { id: string; name: string; url: string; headers: Record<string, string>; isEnabled: boolean };
}

const FIND_FOR_RUN: Statement = {
  name: "find_mcp_tools_for_run",
  text: `SELECT t.name, t.original_name, t.state, t.class, t.approved,
      s.id AS server_id, s.name AS server_name, s.url, s.headers, s.is_enabled
    FROM mcp_tools t JOIN mcp_servers s ON s.id = t.server_id
    WHERE t.workspace_id = $1 AND t.name = ANY($2) ORDER BY t.name`,
};

export async function findMcpToolsForRun(statements: Statements, workspaceId: string, names: readonly string[]): Promise<RunMcpTool[]> {
  type Row = {
    name: string;
    original_name: string;
    state: McpToolState;
    class: ToolClass;
    approved: ApprovedMcpTool | null;
    server_id: string;
    server_name: string;
    url: string;
    headers: Record<string, string>;
    is_enabled: boolean;
  };
  const rows = await statements.run<Row>(FIND_FOR_RUN, [uuidFromTypeId(workspaceId), names]);
  return rows.map((row) => ({
    name: row.name,
    originalName: row.original_name,
    state: row.state,
    class: row.class,
    approved: row.approved,
    server: {
      id: typeIdFromUuid("mcp", row.server_id),
      name: row.server_name,
      url: row.url,
      headers: row.headers,
      isEnabled: row.is_enabled,
    },
  }));
}
