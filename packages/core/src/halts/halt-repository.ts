import type { Halt } from "@crew/contracts/halts";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { haltsTable as halts } from "@crew/db/halts-table";
import { and, asc, eq, isNull, or, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

type Row = typeof halts.$inferSelect;

function haltFrom({ id, scope, crewId, reason, byName, createdAt }: Row): Halt {
  return { id, scope, crewId, reason, by: byName, createdAt };
}

/** Of the workspace and of the installation: at most one for each crew and one for each of them. */
export async function listHaltRows(db: Db, workspaceId: string): Promise<Halt[]> {
  const rows = await db
    .select()
    .from(halts)
    .where(or(isNull(halts.workspaceId), eq(halts.workspaceId, workspaceId)))
    .orderBy(asc(halts.id));
  return rows.map(haltFrom);
}

/** `false`: the scope is halted already. */
export async function insertHalt(db: Db, workspaceId: string | null, halt: Halt): Promise<boolean> {
  const { by, ...row } = halt;
  const inserted = await db
    .insert(halts)
    .values({ ...row, workspaceId, byName: by })
    .onConflictDoNothing()
    .returning({ id: halts.id });
  return inserted.length > 0;
}

/** Lifts it and wakes the workers for what has waited. */
export async function removeHalt(db: Db, workspaceId: string, haltId: string): Promise<Halt | undefined> {
  const [row] = await db
    .delete(halts)
    .where(and(eq(halts.workspaceId, workspaceId), eq(halts.id, haltId)))
    .returning();
  if (row) await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
  return row && haltFrom(row);
}

export async function findInstallationHalt(db: Db): Promise<Halt | undefined> {
  const [row] = await db.select().from(halts).where(isNull(halts.workspaceId));
  return row && haltFrom(row);
}

export async function removeInstallationHalt(db: Db): Promise<boolean> {
  const removed = await db.delete(halts).where(isNull(halts.workspaceId)).returning({ id: halts.id });
  if (removed.length > 0) await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
  return removed.length > 0;
}

/** Tells the workers of everything that runs in a halted scope, and leaves what waits. Returns how many were told. */
export async function stopRunningRows(db: Db, scope: { workspaceId: string | null; crewId: string | null }, by: string): Promise<number> {
  const workspace = scope.workspaceId && uuidFromTypeId(scope.workspaceId);
  const crew = scope.crewId && uuidFromTypeId(scope.crewId);
  const { rows } = await db.execute<{ stopping: number }>(sql`WITH told AS (
      UPDATE runs SET cancel_requested_by = coalesce(cancel_requested_by, ${by}) WHERE state = 'running'
        AND (${workspace}::uuid IS NULL OR workspace_id = ${workspace}::uuid) AND (${crew}::uuid IS NULL OR crew_id = ${crew}::uuid)
      RETURNING id
    )
    SELECT count(pg_notify('crew_cancel', id::text))::int AS stopping FROM told`);
  return rows[0]?.stopping ?? 0;
}

/** Workspaces whose lists should be read anew when the whole installation is halted or goes on. */
export async function listWorkspacesWithRuns(db: Db): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(
    sql`SELECT id FROM workspaces w WHERE EXISTS (SELECT FROM runs r WHERE r.workspace_id = w.id AND r.ended_at IS NULL) LIMIT 10000`,
  );
  return rows.map(({ id }) => typeIdFromUuid("workspace", id));
}
