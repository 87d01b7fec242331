import type { ListMemories, Memory, PurgeMemories } from "@crew/contracts/memories";
import type { Page } from "@crew/contracts/page";
import { crewsTable as crews } from "@crew/db/crews-table";
import { memoriesTable as memories } from "@crew/db/memories-table";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

export async function listMemoryPage(db: Db, workspaceId: string, query: ListMemories): Promise<Page<Memory>> {
  const { crewId, runId, tainted, limit } = query;
  const words = query.query?.trim() ?? "";
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select({
      id: memories.id,
      crewId: memories.crewId,
      crewName: crews.name,
      runId: memories.runId,
      taskKey: memories.taskKey,
      agentKey: memories.agentKey,
      source: memories.source,
      text: memories.text,
      tainted: memories.tainted,
      taintedBy: memories.taintedBy,
      createdAt: memories.createdAt,
    })
    .from(memories)
    .innerJoin(crews, eq(crews.id, memories.crewId))
    .where(
      and(
        eq(memories.workspaceId, workspaceId),
        crewId === undefined ? undefined : eq(memories.crewId, crewId),
        runId === undefined ? undefined : eq(memories.runId, runId),
        tainted === undefined ? undefined : eq(memories.tainted, tainted === "true"),
        words === "" ? undefined : sql`${memories.words} @@ plainto_tsquery('simple', ${words})`,
        after === undefined ? undefined : lt(memories.id, after),
      ),
    )
    .orderBy(desc(memories.id))
    .limit(limit + 1);
  return pageFrom(rows, limit, ({ id }) => [id]);
}

/** Whence the removed one was; `undefined`: there is none. */
export async function removeMemory(
  db: Db,
  workspaceId: string,
  memoryId: string,
): Promise<Pick<Memory, "crewId" | "runId" | "taskKey"> | undefined> {
  const [removed] = await db
    .delete(memories)
    .where(and(eq(memories.workspaceId, workspaceId), eq(memories.id, memoryId)))
    .returning({ crewId: memories.crewId, runId: memories.runId, taskKey: memories.taskKey });
  return removed;
}

/** Returns how many there were. */
export async function removeMemories(db: Db, workspaceId: string, { crewId, runId, taintedOnly }: PurgeMemories): Promise<number> {
  const { rowCount } = await db
    .delete(memories)
    .where(
      and(
        eq(memories.workspaceId, workspaceId),
        crewId === null ? undefined : eq(memories.crewId, crewId),
        runId === null ? undefined : eq(memories.runId, runId),
        taintedOnly ? eq(memories.tainted, true) : undefined,
      ),
    );
  return rowCount ?? 0;
}
