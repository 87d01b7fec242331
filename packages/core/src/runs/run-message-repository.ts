import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import type { RunMessage } from "@crew/contracts/run-messages";
import type { RunState, WaitReason } from "@crew/contracts/run-states";
import { runMessagesTable as messages } from "@crew/db/run-messages-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { taskOutputsTable as outputs } from "@crew/db/task-outputs-table";
import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";
import { understoodWords } from "./understood-words.ts";

type MessageRow = typeof messages.$inferSelect;

function messageFromRow({ workspaceId: _, userId: __, byName: by, ...row }: MessageRow): RunMessage {
  return { ...row, by, understood: understoodWords(row.command) };
}

const isOf = (workspaceId: string, runId: string) => and(eq(messages.workspaceId, workspaceId), eq(messages.runId, runId));

export async function findRunMessage(db: Db, workspaceId: string, runId: string, clientMessageId: string): Promise<RunMessage | undefined> {
  const [row] = await db
    .select()
    .from(messages)
    .where(and(isOf(workspaceId, runId), eq(messages.clientMessageId, clientMessageId)));
  return row && messageFromRow(row);
}

export async function listRunMessagePage(db: Db, workspaceId: string, runId: string, page: PageQuery): Promise<Page<RunMessage>> {
  const [after] = decodeCursor(page.cursor, z.tuple([z.int()]));
  const rows = await db
    .select()
    .from(messages)
    .where(and(isOf(workspaceId, runId), after === undefined ? undefined : gt(messages.seq, after)))
    .orderBy(asc(messages.seq))
    .limit(page.limit + 1);
  return pageFrom(rows.map(messageFromRow), page.limit, ({ seq }) => [seq]);
}

export interface HeldRun {
  state: RunState;
  reason: WaitReason | null;
  /** Number of the last message. */
  said: number;
  stoppedBy: string | null;
}

/** Locks the run's row: its worker's next commit comes after this transaction, and knows of it. */
export async function holdRun(db: Db, workspaceId: string, runId: string): Promise<HeldRun | undefined> {
  const [run] = await db
    .select({ state: runs.state, reason: runs.reason, said: runs.said, stoppedBy: runs.cancelRequestedBy })
    .from(runs)
    .where(and(eq(runs.id, runId), eq(runs.workspaceId, workspaceId)))
    .for("update");
  return run;
}

export async function isTaskDone(db: Db, runId: string, taskKey: string): Promise<boolean> {
  const found = await db
    .select({ key: outputs.taskKey })
    .from(outputs)
    .where(and(eq(outputs.runId, runId), eq(outputs.taskKey, taskKey)));
  return found.length > 0;
}

/** Whether the last word on pausing was to pause, seen or not. */
export async function isToldToPause(db: Db, workspaceId: string, runId: string): Promise<boolean> {
  const kind = sql<string>`${messages.command} ->> 'kind'`;
  const [last] = await db
    .select({ kind })
    .from(messages)
    .where(and(isOf(workspaceId, runId), inArray(kind, ["pause", "resume"])))
    .orderBy(desc(messages.seq))
    .limit(1);
  return last?.kind === "pause";
}

/** With word to the worker that holds the run. */
export async function insertRunMessage(db: Db, message: Omit<MessageRow, "seenStep" | "seenAt">): Promise<RunMessage> {
  const { runId, seq } = message;
  const [row] = await db.insert(messages).values(message).returning();
  if (!row) throw new Error("an insert without a conflict returns its row");
  await db.update(runs).set({ said: seq }).where(eq(runs.id, runId));
  await db.execute(sql`SELECT pg_notify('crew_said', ${`${uuidFromTypeId(runId)} ${seq}`})`);
  return messageFromRow(row);
}

/** A paused run goes back to the queue, with word to the workers. */
export async function unpauseRun(db: Db, runId: string): Promise<void> {
  await db
    .update(runs)
    .set({ state: "queued", reason: null, releasedAt: sql`now()`, releasedBecause: "unpaused" })
    .where(and(eq(runs.id, runId), eq(runs.state, "waiting"), eq(runs.reason, "paused")));
  await db.execute(sql`SELECT pg_notify('crew_runs', '')`);
}
