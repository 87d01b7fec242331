import type { ApprovalKind } from "@crew/contracts/approvals";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { approvalsTable as approvals } from "@crew/db/approvals-table";
import { runEventsTable as events } from "@crew/db/run-events-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

/** Of each kind in one round of the sweep. */
const MOST = 100;

export interface DueQuestion {
  approvalId: string;
  runId: string;
  workspaceId: string;
  /** `expired`: its rule was followed. `escalates`: somebody else is to be asked. `unannounced`: mail is due. */
  due: "expired" | "escalates" | "unannounced";
}

/**
 * Follows the rules of the questions whose time is over by the database's clock, and tells which others need a hand. Each
 * is locked by one worker, so that it happens once. A question of a run that has ended is withdrawn.
 */
const SWEEP: Statement = {
  name: "sweep_questions",
  text: `WITH due AS (
      SELECT a.id, a.run_id, a.workspace_id, r.state = 'waiting' AS waits, a.policy->>'onDeadline' = 'escalate' AND a.escalated_at IS NULL AS is_first
      FROM approvals a JOIN runs r ON r.id = a.run_id WHERE a.decision IS NULL AND a.deadline_at <= now()
      ORDER BY a.deadline_at LIMIT ${MOST} FOR UPDATE OF a SKIP LOCKED
    ), expired AS (
      UPDATE approvals a SET decision = CASE WHEN due.waits THEN 'expired' ELSE 'withdrawn' END, decided_by = 'the deadline', decided_at = now()
      FROM due WHERE a.id = due.id AND NOT (due.waits AND due.is_first) RETURNING a.run_id
    ), void AS (
      DELETE FROM approval_links l USING due WHERE l.approval_id = due.id AND NOT (due.waits AND due.is_first)
    ), woken AS (
      UPDATE runs SET state = 'queued', reason = NULL, wake_at = NULL, released_at = now(), released_because = 'answered'
      FROM expired WHERE id = expired.run_id AND state = 'waiting' AND reason IN ('human_input', 'approval', 'needs_attention')
      RETURNING pg_notify('crew_runs', '')
    )
    SELECT id, run_id, workspace_id, CASE WHEN waits AND is_first THEN 'escalates' ELSE 'expired' END AS due FROM due
    UNION ALL SELECT id, run_id, workspace_id, 'unannounced' FROM (
      SELECT id, run_id, workspace_id FROM approvals WHERE announced_at IS NULL AND decision IS NULL ORDER BY id LIMIT ${MOST}) unannounced`,
};

export async function sweepQuestionRows(statements: Statements): Promise<DueQuestion[]> {
  const rows = await statements.run<{ id: string; run_id: string; workspace_id: string; due: DueQuestion["due"] }>(SWEEP, []);
  return rows.map((row) => ({
    approvalId: typeIdFromUuid("approval", row.id),
    runId: typeIdFromUuid("run", row.run_id),
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    due: row.due,
  }));
}

/** False when another worker was quicker, or somebody has answered meanwhile. */
export async function markEscalated(db: Db, approvalId: string): Promise<{ escalateTo: string } | undefined> {
  const [row] = await db
    .update(approvals)
    .set({
      escalatedAt: sql`now()`,
      deadlineAt: sql`now() + make_interval(mins => (${approvals.policy}->>'deadlineMinutes')::int)`,
    })
    .where(and(eq(approvals.id, approvalId), isNull(approvals.decision), isNull(approvals.escalatedAt)))
    .returning({ escalateTo: sql<string>`${approvals.policy}->>'escalateTo'` });
  return row;
}

/** An event of a run that waits, which no worker holds; nothing when it waits no more. */
export async function tellWaitingRun(
  db: Db,
  runId: string,
  event: { key: string; type: "human_feedback_escalated"; data: Record<string, unknown> },
): Promise<void> {
  const [run] = await db
    .update(runs)
    .set({ lastSeq: sql`${runs.lastSeq} + 1` })
    .where(and(eq(runs.id, runId), eq(runs.state, "waiting")))
    .returning({ seq: runs.lastSeq });
  if (run) await db.insert(events).values({ runId, seq: run.seq, at: sql`now()`, ...event });
}

/** Whom to mail of a question: those whom the workspace names, else whoever started the run. Only proven addresses. */
export async function takeReaders(db: Db, approvalId: string): Promise<string[]> {
  const { rows } = await db.execute<{ user_id: string }>(sql`WITH taken AS (
      UPDATE approvals SET announced_at = now() WHERE id = ${uuidFromTypeId(approvalId)} AND announced_at IS NULL AND decision IS NULL
      RETURNING run_id, workspace_id
    ) SELECT m.user_id FROM taken t JOIN runs r ON r.id = t.run_id JOIN workspaces w ON w.id = t.workspace_id
      JOIN workspace_members m ON m.workspace_id = t.workspace_id
        AND (CASE WHEN w.mail_questions_to IS NULL THEN m.user_id = r.started_by_user_id ELSE m.user_id = ANY(w.mail_questions_to) END)
      JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL AND u.email_verified AND NOT u.is_local_owner`);
  return rows.map((row) => typeIdFromUuid("user", row.user_id));
}

export interface MailedQuestion {
  workspaceId: string;
  kind: ApprovalKind;
  email: string;
  requiresSecondFactor: boolean;
  deadlineAt: string | null;
}

const FIND_MAILED: Statement = {
  name: "find_mailed_question",
  text: `SELECT a.workspace_id, a.kind, coalesce(u.email, a.policy->>'escalateTo') AS email, w.requires_second_factor, a.deadline_at
    FROM approvals a JOIN runs r ON r.id = a.run_id AND r.state = 'waiting' JOIN workspaces w ON w.id = a.workspace_id
      LEFT JOIN users u ON u.id = $2 AND u.disabled_at IS NULL AND u.email_verified
    WHERE a.id = $1 AND a.decision IS NULL AND ($2::uuid IS NOT NULL AND u.id IS NOT NULL OR $2::uuid IS NULL AND a.escalated_at IS NOT NULL)`,
};

/** A question that still waits, with the address of whom to tell of it. */
export async function findMailedQuestion(
  statements: Statements,
  approvalId: string,
  userId: string | null,
): Promise<MailedQuestion | undefined> {
  const [row] = await statements.run<{
    workspace_id: string;
    kind: ApprovalKind;
    email: string;
    requires_second_factor: boolean;
    deadline_at: string | null;
  }>(FIND_MAILED, [uuidFromTypeId(approvalId), userId && uuidFromTypeId(userId)]);
  return (
    row && {
      workspaceId: typeIdFromUuid("workspace", row.workspace_id),
      kind: row.kind,
      email: row.email,
      requiresSecondFactor: row.requires_second_factor,
      deadlineAt: row.deadline_at,
    }
  );
}
