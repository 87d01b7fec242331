import type { DeadLetter, DeadLetterListQuery } from "@crew/contracts/dead-letters";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page } from "@crew/contracts/page";
import { type DeadRunDetail, deadLettersTable as letters } from "@crew/db/dead-letters-table";
import { and, asc, count, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Job } from "../job.ts";
import type { Db, Statement, Statements } from "../system.ts";

const shown = {
  id: letters.id,
  kind: letters.kind,
  runId: letters.runId,
  crewId: letters.crewId,
  jobName: letters.jobName,
  title: letters.title,
  code: letters.code,
  message: letters.message,
  attempts: letters.attempts,
  state: letters.state,
  redrivenRunId: letters.redrivenRunId,
  reason: letters.reason,
  resolvedBy: letters.resolvedBy,
  resolvedAt: letters.resolvedAt,
  createdAt: letters.createdAt,
};

export interface KeptLetter extends DeadLetter {
  detail: Partial<DeadRunDetail>;
  payload: Record<string, unknown> | null;
}

const isOne = (workspaceId: string, letterId: string) => and(eq(letters.workspaceId, workspaceId), eq(letters.id, letterId));

export async function listLetterPage(db: Db, workspaceId: string, query: DeadLetterListQuery): Promise<Page<DeadLetter>> {
  const [after] = decodeCursor(query.cursor, 1);
  const { state, kind, crewId, code } = query;
  const rows = await db
    .select(shown)
    .from(letters)
    .where(
      and(
        eq(letters.workspaceId, workspaceId),
        state && eq(letters.state, state),
        kind && eq(letters.kind, kind),
        crewId ? eq(letters.crewId, crewId) : undefined,
        code && eq(letters.code, code),
        after === undefined ? undefined : lt(letters.id, after),
      ),
    )
    .orderBy(desc(letters.id))
    .limit(query.limit + 1);
  return pageFrom(rows, query.limit, ({ id }) => [id]);
}

export async function findLetter(db: Db, workspaceId: string, letterId: string): Promise<KeptLetter | undefined> {
  const [row] = await db
    .select({ ...shown, detail: letters.detail, payload: letters.payload })
    .from(letters)
    .where(isOne(workspaceId, letterId));
  return row;
}

/** The oldest open ones of a crew, and how many there are. */
export async function findOpenLettersOfCrew(
  db: Db,
  workspaceId: string,
  crewId: string,
  limit: number,
): Promise<{ ids: string[]; open: number }> {
  const isOpen = and(eq(letters.workspaceId, workspaceId), eq(letters.crewId, crewId), eq(letters.state, "open"));
  const rows = await db.select({ id: letters.id }).from(letters).where(isOpen).orderBy(asc(letters.id)).limit(limit);
  const [counted] = await db.select({ count: count() }).from(letters).where(isOpen);
  return { ids: rows.map(({ id }) => id), open: counted?.count ?? 0 };
}

/** What becomes of an open letter. Of two at once one gets it; the other waits for that, and gets `undefined`. */
export async function resolveLetter(
  db: Db,
  workspaceId: string,
  letterId: string,
  outcome: { state: "redriven" | "discarded"; by: string; redrivenRunId?: string | null; reason?: string },
): Promise<DeadLetter | undefined> {
  const { state, by: resolvedBy, redrivenRunId = null, reason = null } = outcome;
  const [row] = await db
    .update(letters)
    .set({ state, resolvedBy, redrivenRunId, reason, resolvedAt: sql`now()` as unknown as string })
    .where(and(isOne(workspaceId, letterId), eq(letters.state, "open")))
    .returning(shown);
  return row;
}

/** Gives up those of the list that are open; returns their ids. */
export async function discardLetters(
  db: Db,
  workspaceId: string,
  letterIds: readonly string[],
  { by, reason }: { by: string; reason: string },
): Promise<string[]> {
  const rows = await db
    .update(letters)
    .set({ state: "discarded", resolvedBy: by, reason, resolvedAt: sql`now()` as unknown as string })
    .where(and(eq(letters.workspaceId, workspaceId), inArray(letters.id, [...letterIds]), eq(letters.state, "open")))
    .returning({ id: letters.id });
  return rows.map(({ id }) => id);
}

export interface DeadJob {
  jobId: string;
  name: string;
  payload: Record<string, unknown>;
  code: "job_failed" | "job_lost";
  message: string;
  attempts: number;
}

/** Whose the row is that a job's payload names; `undefined` when it is not there any more. */
export async function findJobWorkspace(
  statements: Statements,
  { table, id }: NonNullable<Job["workspace"]>,
  payload: Record<string, unknown>,
): Promise<string | undefined> {
  const named = payload[id];
  if (typeof named !== "string") return undefined;
  // The table is one of a list in the code.
  const statement = { name: `workspace_of_${table}`, text: `SELECT workspace_id FROM ${table} WHERE id = $1` };
  const [row] = await statements.run<{ workspace_id: string }>(statement, [uuidFromTypeId(named)]);
  return row && typeIdFromUuid("workspace", row.workspace_id);
}

/** A job may be handed over more than once. */
const INSERT_JOB: Statement = {
  name: "insert_dead_job",
  text: `INSERT INTO dead_letters (id, workspace_id, kind, job_id, job_name, title, code, message, attempts, payload, created_at)
    VALUES ($1, (SELECT id FROM workspaces WHERE id = $2), 'job', $3, $4, $4, $5, $6, $7, $8, now()) ON CONFLICT (job_id) WHERE job_id IS NOT NULL DO NOTHING
    RETURNING workspace_id`,
};

/** Returns whose it is; `undefined` when it was there already. */
export async function insertDeadJob(
  statements: Statements,
  letterId: string,
  workspaceId: string | null,
  { jobId, name, code, message, attempts, payload }: DeadJob,
): Promise<{ workspaceId: string | null } | undefined> {
  const values = [
    uuidFromTypeId(letterId),
    workspaceId && uuidFromTypeId(workspaceId),
    jobId,
    name,
    code,
    message,
    attempts,
    JSON.stringify(payload),
  ];
  const [row] = await statements.run<{ workspace_id: string | null }>(INSERT_JOB, values);
  return row && { workspaceId: row.workspace_id && typeIdFromUuid("workspace", row.workspace_id) };
}

/** Long after they were dealt with. Open ones stay until somebody says what becomes of them. */
export async function removeOldLetters(db: Db, days: number): Promise<void> {
  await db.delete(letters).where(and(sql`${letters.state} <> 'open'`, lt(letters.resolvedAt, sql`now() - make_interval(days => ${days})`)));
}
