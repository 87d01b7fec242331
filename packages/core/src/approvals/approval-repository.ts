import type { Approval, DecideApproval } from "@crew/contracts/approvals";
import { approvalsTable as approvals } from "@crew/db/approvals-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

const shown = {
  id: approvals.id,
  runId: approvals.runId,
  kind: approvals.kind,
  taskKey: approvals.taskKey,
  message: approvals.message,
  output: approvals.output,
  call: approvals.call,
  decision: approvals.decision,
  feedback: approvals.feedback,
  decidedBy: approvals.decidedBy,
  createdAt: approvals.createdAt,
  decidedAt: approvals.decidedAt,
};

export async function listApprovalRows(db: Db, workspaceId: string, runId: string): Promise<Approval[]> {
  return db
    .select(shown)
    .from(approvals)
    .where(and(eq(approvals.runId, runId), eq(approvals.workspaceId, workspaceId)))
    .orderBy(asc(approvals.createdAt));
}

export async function findApproval(db: Db, workspaceId: string, approvalId: string): Promise<Approval | undefined> {
  const [row] = await db
    .select(shown)
    .from(approvals)
    .where(and(eq(approvals.id, approvalId), eq(approvals.workspaceId, workspaceId)));
  return row;
}

/** The crew of the run that asks. */
export async function findCrewOfApproval(db: Db, workspaceId: string, approvalId: string): Promise<string | null | undefined> {
  const [row] = await db
    .select({ crewId: runs.crewId })
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(and(eq(approvals.id, approvalId), eq(approvals.workspaceId, workspaceId)));
  return row?.crewId;
}

/** The first answer wins: a second one finds no open row and gets `undefined`. */
export async function decideApprovalRow(
  db: Db,
  workspaceId: string,
  approvalId: string,
  answer: DecideApproval & { by: string; at: string },
): Promise<Approval | undefined> {
  const [row] = await db
    .update(approvals)
    .set({ decision: answer.decision, feedback: answer.feedback, decidedBy: answer.by, decidedAt: answer.at })
    .where(and(eq(approvals.id, approvalId), eq(approvals.workspaceId, workspaceId), isNull(approvals.decision)))
    .returning(shown);
  return row;
}

/** The parked run goes back to the queue, with word to the workers. False when it does not wait any more. */
export async function wakeRun(db: Db, runId: string, at: string): Promise<boolean> {
  const woken = await db
    .update(runs)
    .set({ state: "queued", reason: null, wakeAt: null, releasedAt: at, releasedBecause: "answered" })
    .where(and(eq(runs.id, runId), eq(runs.state, "waiting")))
    .returning({ id: runs.id });
  if (woken.length > 0) await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
  return woken.length > 0;
}
