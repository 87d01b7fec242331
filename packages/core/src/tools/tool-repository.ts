import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Tool } from "@crew/contracts/tools";
import { toolsTable as tools } from "@crew/db/tools-table";
import { and, asc, eq, isNull, notInArray, or, sql } from "drizzle-orm";
import { listApprovedMcpTools, listMcpToolNames } from "../mcp-servers/mcp-tool-repository.ts";
import type { Db } from "../system.ts";

const isOffered = (workspaceId: string) => or(isNull(tools.workspaceId), eq(tools.workspaceId, workspaceId));

export async function listOfferedTools(db: Db, workspaceId: string): Promise<Tool[]> {
  const builtin = await db
    .select({
      id: tools.id,
      name: tools.name,
      kind: tools.kind,
      class: tools.class,
      description: tools.description,
      parameters: tools.parameters,
    })
    .from(tools)
    .where(isOffered(workspaceId))
    .orderBy(asc(tools.name));
  return [...builtin, ...(await listApprovedMcpTools(db, workspaceId))];
}

/** All that a crew of the workspace may name. */
export async function listToolNames(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db.select({ name: tools.name }).from(tools).where(isOffered(workspaceId));
  return [...rows.map(({ name }) => name), ...(await listMcpToolNames(db, workspaceId))];
}

/** One process at a time: two that start together with different versions would wait for each other's rows. */
export async function lockTools(db: Db): Promise<void> {
  await db.execute(sql`LOCK TABLE ${tools} IN SHARE ROW EXCLUSIVE MODE`);
}

/** Built-in tools keep their ids by name. In plain SQL, since what makes a name unique is an index on an expression. */
export async function upsertBuiltinTools(db: Db, list: readonly Tool[]): Promise<void> {
  const rows = JSON.stringify(list.map((tool) => ({ ...tool, id: uuidFromTypeId(tool.id) })));
  await db.execute(sql`INSERT INTO tools (id, name, kind, class, description, parameters)
    SELECT id, name, kind, class, description, parameters FROM jsonb_to_recordset(${rows}::jsonb)
      AS built_in (id uuid, name text, kind text, class text, description text, parameters jsonb)
    ON CONFLICT (coalesce(workspace_id, '00000000-0000-0000-0000-000000000000'), name)
    DO UPDATE SET class = excluded.class, description = excluded.description, parameters = excluded.parameters`);
}

export async function removeOtherBuiltinTools(db: Db, names: string[]): Promise<void> {
  await db.delete(tools).where(and(isNull(tools.workspaceId), notInArray(tools.name, names)));
}
