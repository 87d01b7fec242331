import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page } from "@crew/contracts/page";
import type { RunState } from "@crew/contracts/run-states";
import type { ListSchedules, Schedule, ScheduleTick, TickOutcome } from "@crew/contracts/schedules";
import { crewsTable as crews } from "@crew/db/crews-table";
import { schedulesTable as schedules } from "@crew/db/schedules-table";
import { and, count, desc, eq, lt, lte, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Principal } from "../runs/standing-actor.ts";
import type { Db, Statement, Statements } from "../system.ts";
import { cronInWords } from "./cron-times.ts";

export type ScheduleRow = typeof schedules.$inferSelect;

interface LastTick {
  at: string;
  outcome: TickOutcome;
  runId: string | null;
  runState: RunState | null;
  why: string | null;
  decidedAt: string;
}

const shown = {
  id: schedules.id,
  crewId: schedules.crewId,
  crewName: crews.name,
  name: schedules.name,
  cron: schedules.cron,
  timezone: schedules.timezone,
  inputs: schedules.inputs,
  missedPolicy: schedules.missedPolicy,
  graceSeconds: schedules.graceSeconds,
  overlap: schedules.overlap,
  isPaused: schedules.isPaused,
  pausedBecause: schedules.pausedBecause,
  failuresInRow: schedules.failuresInRow,
  nextAt: schedules.nextAt,
  createdBy: schedules.createdBy,
  actsForUserId: schedules.actsForUserId,
  actsForName: schedules.actsForName,
  createdAt: schedules.createdAt,
  updatedAt: schedules.updatedAt,
  documents: sql<
    Schedule["documents"]
  >`(SELECT coalesce(jsonb_agg(jsonb_build_object('name', d->>'name', 'characters', length(d->>'text'))), '[]')
    FROM jsonb_array_elements(${schedules.documents}) d)`,
  lastTick: sql<LastTick | null>`(SELECT jsonb_build_object('at', t.tick_at, 'outcome', t.outcome, 'runId', t.run_id, 'runState', r.state,
      'why', t.why, 'decidedAt', t.decided_at)
    FROM schedule_ticks t LEFT JOIN runs r ON r.id = t.run_id WHERE t.schedule_id = ${schedules.id} ORDER BY t.tick_at DESC LIMIT 1)`,
};

type Found = Omit<Schedule, "words" | "lastTick" | "actsFor"> & {
  lastTick: LastTick | null;
  actsForUserId: string | null;
  actsForName: string;
};

function shownSchedule({ actsForUserId, actsForName, lastTick, ...row }: Found): Schedule {
  const actsFor = { userId: actsForUserId, name: actsForName };
  return { ...row, words: cronInWords(row.cron), actsFor, lastTick: lastTick && shownTick(lastTick) };
}

function shownTick({ at, runId, decidedAt, ...tick }: LastTick): ScheduleTick {
  const instant = (text: string) => new Date(text).toISOString();
  return { ...tick, at: instant(at), runId: runId && typeIdFromUuid("run", runId), decidedAt: instant(decidedAt) };
}

const isOne = (workspaceId: string, scheduleId: string) => and(eq(schedules.workspaceId, workspaceId), eq(schedules.id, scheduleId));

export async function listSchedulePage(db: Db, workspaceId: string, query: ListSchedules): Promise<Page<Schedule>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await db
    .select(shown)
    .from(schedules)
    .innerJoin(crews, eq(crews.id, schedules.crewId))
    .where(
      and(
        eq(schedules.workspaceId, workspaceId),
        query.crewId === undefined ? undefined : eq(schedules.crewId, query.crewId),
        after === undefined ? undefined : lt(schedules.id, after),
      ),
    )
    .orderBy(desc(schedules.id))
    .limit(query.limit + 1);
  return pageFrom(rows.map(shownSchedule), query.limit, ({ id }) => [id]);
}

export async function findSchedule(db: Db, workspaceId: string, scheduleId: string): Promise<Schedule | undefined> {
  const [row] = await db
    .select(shown)
    .from(schedules)
    .innerJoin(crews, eq(crews.id, schedules.crewId))
    .where(isOne(workspaceId, scheduleId));
  return row && shownSchedule(row);
}

export async function countSchedules(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(schedules).where(eq(schedules.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertSchedule(db: Db, schedule: typeof schedules.$inferInsert): Promise<void> {
  await db.insert(schedules).values(schedule);
}

/** Holds back whoever else changes it, and its ticks. */
export async function lockSchedule(db: Db, workspaceId: string, scheduleId: string): Promise<ScheduleRow | undefined> {
  const [row] = await db.select().from(schedules).where(isOne(workspaceId, scheduleId)).for("update");
  return row;
}

export async function updateScheduleRow(db: Db, scheduleId: string, change: Partial<typeof schedules.$inferInsert>): Promise<void> {
  await db.update(schedules).set(change).where(eq(schedules.id, scheduleId));
}

/** What its schedules would start is gone. */
export async function pauseSchedulesOf(db: Db, workspaceId: string, crewId: string): Promise<void> {
  await db
    .update(schedules)
    .set({ isPaused: true, nextAt: null, pausedBecause: "Its crew was deleted." })
    .where(and(eq(schedules.workspaceId, workspaceId), eq(schedules.crewId, crewId)));
}

/** The removed schedule's name. */
export async function removeSchedule(db: Db, workspaceId: string, scheduleId: string): Promise<string | undefined> {
  const [row] = await db.delete(schedules).where(isOne(workspaceId, scheduleId)).returning({ name: schedules.name });
  return row?.name;
}

const asDate = (value: unknown) => new Date(value as string);

/** Due times go by this clock alone, which all workers share. */
export async function databaseNow(db: Db): Promise<Date> {
  const { rows } = await db.execute<{ now: string }>(sql`SELECT now() AS now`);
  return asDate(rows[0]?.now);
}

export interface DueSchedule extends Principal {
  id: string;
  /** Below zero: it is late. */
  dueInMs: number;
}

/** The next due, whether their time has come or not, so that one question says what to do and how long to sleep. */
const NEXT_DUE: Statement = {
  name: "next_due_schedules",
  text: `SELECT id, workspace_id, crew_id, acts_for_user_id, acts_for_name, authority,
      (extract(epoch FROM next_at - coalesce($1::timestamptz, now())) * 1000)::float8 AS due_in_ms
    FROM schedules WHERE next_at IS NOT NULL ORDER BY next_at LIMIT $2`,
};

export async function listNextDue(statements: Statements, now: Date | undefined, limit: number): Promise<DueSchedule[]> {
  type Row = {
    id: string;
    workspace_id: string;
    crew_id: string;
    acts_for_user_id: string | null;
    acts_for_name: string;
    authority: DueSchedule["authority"];
    due_in_ms: number;
  };
  const rows = await statements.run<Row>(NEXT_DUE, [now?.toISOString() ?? null, limit]);
  return rows.map((row) => ({
    id: typeIdFromUuid("schedule", row.id),
    workspaceId: typeIdFromUuid("workspace", row.workspace_id),
    crewId: typeIdFromUuid("crew", row.crew_id),
    actsForUserId: row.acts_for_user_id && typeIdFromUuid("user", row.acts_for_user_id),
    actsForName: row.acts_for_name,
    authority: row.authority,
    dueInMs: row.due_in_ms,
  }));
}

/** Takes it for this transaction when it is due; `undefined` when it is not any more, or somebody else has it. */
export async function takeDueSchedule(
  db: Db,
  scheduleId: string,
  at: Date | undefined,
): Promise<{ schedule: ScheduleRow; now: Date } | undefined> {
  const now = sql<Date>`coalesce(${at?.toISOString() ?? null}::timestamptz, now())`.mapWith(asDate);
  const [row] = await db
    .select({ schedule: schedules, now })
    .from(schedules)
    .where(and(eq(schedules.id, scheduleId), lte(schedules.nextAt, sql`${now}`)))
    .for("update", { skipLocked: true });
  return row;
}

export async function isRunOver(db: Db, runId: string | null): Promise<boolean> {
  if (runId === null) return true;
  const { rows } = await db.execute(
    sql`SELECT FROM runs WHERE id = ${uuidFromTypeId(runId)} AND state NOT IN ('succeeded', 'failed', 'cancelled')`,
  );
  return rows.length === 0;
}
