import type { CrewRunLimits, WorkspaceRunLimits } from "@crew/contracts/queue-limits";
import { runLimitsTable as limits } from "@crew/db/run-limits-table";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

const ofWorkspace = (workspaceId: string) => and(eq(limits.workspaceId, workspaceId), isNull(limits.crewId));
const ofCrew = (workspaceId: string, crewId: string) => and(eq(limits.workspaceId, workspaceId), eq(limits.crewId, crewId));

export async function findWorkspaceRunLimits(db: Db, workspaceId: string): Promise<WorkspaceRunLimits> {
  const [row] = await db
    .select({
      maxConcurrentRuns: limits.maxConcurrentRuns,
      maxQueuedRuns: limits.maxQueuedRuns,
      defaultMaxExecutionSeconds: limits.defaultMaxExecutionSeconds,
    })
    .from(limits)
    .where(ofWorkspace(workspaceId));
  return row ?? { maxConcurrentRuns: null, maxQueuedRuns: null, defaultMaxExecutionSeconds: null };
}

export async function findCrewRunLimits(db: Db, workspaceId: string, crewId: string): Promise<CrewRunLimits> {
  const [row] = await db
    .select({ maxConcurrentRuns: limits.maxConcurrentRuns, priority: limits.priority })
    .from(limits)
    .where(ofCrew(workspaceId, crewId));
  return row ?? { maxConcurrentRuns: null, priority: 0 };
}

/** A higher cap lets more begin at once, so the workers are woken. */
export async function writeRunLimits(
  db: Db,
  workspaceId: string,
  crewId: string | null,
  values: Partial<WorkspaceRunLimits & CrewRunLimits>,
): Promise<void> {
  await db
    .insert(limits)
    .values({ workspaceId, crewId, ...values })
    .onConflictDoUpdate({ target: [limits.workspaceId, limits.crewId], set: values });
  await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
}
