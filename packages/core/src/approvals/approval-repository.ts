import type { Approval, ApprovalInboxQuery, DecideApproval, InboxApproval } from "@crew/contracts/approvals";
import type { HumanPolicy } from "@crew/contracts/crews";
import type { Page } from "@crew/contracts/page";
import { approvalsTable as approvals } from "@crew/db/approvals-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, type SQL, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

const shown = {
  id: approvals.id,
  runId: approvals.runId,
  kind: approvals.kind,
  taskKey: approvals.taskKey,
  agentKey: approvals.agentKey,
  message: approvals.message,
  output: approvals.output,
  call: approvals.call,
  choices: sql<
    string[]
  >`CASE WHEN ${approvals.kind} = 'question' THEN coalesce(${approvals.call}->'arguments'->'choices', '[]') ELSE '[]' END`,
  unknownCall: approvals.unknownCall,
  decision: approvals.decision,
  feedback: approvals.feedback,
  editedOutput: approvals.editedOutput,
  editedArguments: approvals.editedArguments,
  decidedBy: approvals.decidedBy,
  createdAt: approvals.createdAt,
  decidedAt: approvals.decidedAt,
  deadlineAt: approvals.deadlineAt,
  onDeadline: sql<HumanPolicy["onDeadline"] | null>`${approvals.policy}->>'onDeadline'`,
  escalatedAt: approvals.escalatedAt,
};

const shownInInbox = {
  ...shown,
  crewId: runs.crewId,
  crewName: runs.title,
  agentRole: sql<string | null>`(SELECT agent->>'role' FROM crew_versions v, jsonb_array_elements(v.definition->'agents') agent
    WHERE v.crew_id = ${runs.crewId} AND v.version = ${runs.crewVersion} AND agent->>'key' = ${approvals.agentKey} LIMIT 1)`,
};

export async function listApprovalRows(db: Db, workspaceId: string, runId: string): Promise<Approval[]> {
  return db
    .select(shown)
    .from(approvals)
    .where(and(eq(approvals.runId, runId), eq(approvals.workspaceId, workspaceId)))
    .orderBy(asc(approvals.createdAt));
}

/** What a run waits for now. One that has ended asks nobody any more, whatever it had asked. */
const isWaiting = () => and(isNull(approvals.decision), eq(runs.state, "waiting"));

/** `only`: of these crews alone. */
function ofCrews(only: readonly string[] | undefined): SQL | undefined {
  return only && inArray(runs.crewId, [...only]);
}

export async function listInboxPage(
  db: Db,
  workspaceId: string,
  query: ApprovalInboxQuery,
  only?: readonly string[],
): Promise<Page<InboxApproval>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select(shownInInbox)
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(
      and(
        eq(approvals.workspaceId, workspaceId),
        query.state === "open" ? isWaiting() : isNotNull(approvals.decision),
        query.kind === undefined ? undefined : eq(approvals.kind, query.kind),
        query.crewId === undefined ? undefined : eq(runs.crewId, query.crewId),
        ofCrews(only),
        after === undefined ? undefined : lt(approvals.id, after),
      ),
    )
    .orderBy(desc(approvals.id))
    .limit(query.limit + 1);
  return pageFrom(rows, query.limit, ({ id }) => [id]);
}

/** Counts no further than `most`. */
export async function countOpenApprovals(db: Db, workspaceId: string, most: number, only?: readonly string[]): Promise<number> {
  const open = db
    .select({ id: approvals.id })
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(and(eq(approvals.workspaceId, workspaceId), isWaiting(), ofCrews(only)))
    .limit(most)
    .as("open");
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(open);
  return row?.count ?? 0;
}

export async function findInboxApproval(db: Db, workspaceId: string, approvalId: string): Promise<InboxApproval | undefined> {
  const [row] = await db
    .select(shownInInbox)
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .where(and(eq(approvals.id, approvalId), eq(approvals.workspaceId, workspaceId)));
  return row;
}

/** With the schema that edited arguments must fit. */
export async function findApproval(
  db: Db,
  workspaceId: string,
  approvalId: string,
): Promise<(Approval & { callParameters: Record<string, unknown> | null }) | undefined> {
  const [row] = await db
    .select({ ...shown, callParameters: approvals.callParameters })
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
    .set({
      decision: answer.decision,
      feedback: answer.feedback,
      editedOutput: answer.output ?? null,
      editedArguments: answer.arguments ?? null,
      decidedBy: answer.by,
      decidedAt: answer.at,
    })
    .where(and(eq(approvals.id, approvalId), eq(approvals.workspaceId, workspaceId), isNull(approvals.decision)))
    .returning(shown);
  return row;
}

/** The parked run goes back to the queue, with word to the workers. False when it does not wait for a person any more. */
export async function wakeRun(db: Db, runId: string, at: string): Promise<boolean> {
  const woken = await db
    .update(runs)
    .set({ state: "queued", reason: null, wakeAt: null, releasedAt: at, releasedBecause: "answered" })
    .where(and(eq(runs.id, runId), eq(runs.state, "waiting"), inArray(runs.reason, ["human_input", "approval", "needs_attention"])))
    .returning({ id: runs.id });
  if (woken.length > 0) await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
  return woken.length > 0;
}

/** Of runs that have ended: they ask nobody any more. */
export async function withdrawApprovals(db: Db): Promise<void> {
  await db.execute(sql`UPDATE approvals a SET decision = 'withdrawn', decided_at = now() FROM runs r
    WHERE a.decision IS NULL AND r.id = a.run_id AND r.state IN ('succeeded', 'failed', 'cancelled')`);
}
