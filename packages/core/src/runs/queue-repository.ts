import type { Document } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { crewVersionsTable as versions } from "@crew/db/crew-versions-table";
import { runDocumentsTable as documents } from "@crew/db/run-documents-table";
import { runEventsTable as events } from "@crew/db/run-events-table";
import { runLimitsTable as limits } from "@crew/db/run-limits-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** All of these each time: the statement is prepared under one name, and so has one text. */
type NewRun = Required<
  Pick<
    typeof runs.$inferInsert,
    | "id"
    | "workspaceId"
    | "kind"
    | "crewId"
    | "crewVersion"
    | "conversationId"
    | "isTemporary"
    | "title"
    | "inputs"
    | "startedBy"
    | "startedByUserId"
    | "state"
    | "authority"
    | "apiKeyId"
    | "tasksTotal"
    | "lastSeq"
    | "createdAt"
  >
>;

export interface QueuePlace {
  priority: number;
  deadlineAt: string | null;
  /** What lets nothing begin here; the widest, where there are several. */
  halt: { scope: "installation" | "workspace" | "crew"; reason: string; by: string; at: string } | null;
  /** More wait now than may. */
  maxQueuedRuns: number | null;
  isOverfull: boolean;
}

/**
 * The run with its first event, and word to the workers: one part of the caller's transaction. The statement that
 * notifies also asks whether the run may be here at all; the caller rolls back where it may not.
 */
export async function insertRun(
  db: Db,
  run: NewRun,
  given: { documents: readonly Document[]; priority: number | null; maxExecutionSeconds: number | null },
): Promise<QueuePlace> {
  const { workspaceId, crewId } = run;
  const ofCrew = db
    .select({ priority: limits.priority })
    .from(limits)
    .where(and(eq(limits.workspaceId, workspaceId), crewId ? eq(limits.crewId, crewId) : sql`false`));
  const ofWorkspace = db
    .select({ seconds: limits.defaultMaxExecutionSeconds })
    .from(limits)
    .where(and(eq(limits.workspaceId, workspaceId), isNull(limits.crewId)));
  const { crewVersion } = run;
  const ofVersion = db
    .select({ seconds: sql`(${versions.definition} ->> 'maxExecutionSeconds')::int` })
    .from(versions)
    .where(crewId && crewVersion ? and(eq(versions.crewId, crewId), eq(versions.version, crewVersion)) : sql`false`);
  const [placed] = await db
    .insert(runs)
    .values({
      ...run,
      priority: sql`coalesce(${given.priority}::int, (${ofCrew}), 0)`,
      deadlineAt: sql`now() + make_interval(secs => coalesce(${given.maxExecutionSeconds}::int, (${ofVersion}), (${ofWorkspace})))`,
    })
    .returning({ priority: runs.priority, deadlineAt: runs.deadlineAt })
    // The texts differ: a chat has no crew whose limits could be asked for.
    .prepare(crewId && crewVersion ? "insert_crew_run" : "insert_chat_run")
    .execute();
  if (!placed) throw new Error("an insert without a conflict returns its row");
  if (given.documents.length > 0)
    await db.insert(documents).values(given.documents.map((document, position) => ({ runId: run.id, position, ...document })));
  await db
    .insert(events)
    .values({ runId: run.id, seq: 1, key: "queued", type: "run_queued", at: run.createdAt, data: { startedBy: run.startedBy.name } })
    .prepare("insert_queued_event")
    .execute();
  return { ...placed, ...(await announceRun(db, workspaceId, crewId ?? null)) };
}

async function announceRun(
  db: Db,
  workspaceId: string,
  crewId: string | null,
): Promise<Pick<QueuePlace, "halt" | "maxQueuedRuns" | "isOverfull">> {
  const workspace = uuidFromTypeId(workspaceId);
  const crew = crewId && uuidFromTypeId(crewId);
  const [place] = await db
    .select({
      told: sql`pg_notify('crew_runs', '')`,
      halt: sql<QueuePlace["halt"]>`(SELECT jsonb_build_object('scope', scope, 'reason', reason, 'by', by_name, 'at', created_at) FROM halts
        WHERE workspace_id IS NULL OR (workspace_id = ${workspace} AND (crew_id IS NULL OR crew_id = ${crew}::uuid))
        ORDER BY workspace_id NULLS FIRST, crew_id NULLS FIRST LIMIT 1)`,
      maxQueuedRuns: sql<number | null>`l.max_queued_runs`,
      isOverfull: sql<boolean>`coalesce((SELECT count(*) FROM (SELECT FROM runs WHERE state = 'queued' AND workspace_id = ${workspace} LIMIT l.max_queued_runs + 1) waiting)
        > l.max_queued_runs, false)`,
    })
    .from(sql`(SELECT) one LEFT JOIN run_limits l ON l.workspace_id = ${workspace} AND l.crew_id IS NULL AND l.max_queued_runs IS NOT NULL`)
    .prepare("announce_run")
    .execute();
  return place ?? { halt: null, maxQueuedRuns: null, isOverfull: false };
}
