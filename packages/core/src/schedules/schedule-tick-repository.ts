import type { Page, PageQuery } from "@crew/contracts/page";
import type { ScheduleTick } from "@crew/contracts/schedules";
import { runsTable as runs } from "@crew/db/runs-table";
import { scheduleTicksTable as ticks } from "@crew/db/schedule-ticks-table";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

export type NewTick = typeof ticks.$inferInsert;

/** Throws when one of them has been decided already, and so takes the whole transaction back. */
export async function insertTicks(db: Db, decided: readonly NewTick[]): Promise<void> {
  if (decided.length > 0) await db.insert(ticks).values([...decided]);
}

const TickKey = z.tuple([z.iso.datetime()]);

export async function listTickPage(db: Db, workspaceId: string, scheduleId: string, page: PageQuery): Promise<Page<ScheduleTick>> {
  const [before] = decodeCursor(page.cursor, TickKey);
  const rows = await db
    .select({
      at: ticks.tickAt,
      outcome: ticks.outcome,
      runId: ticks.runId,
      runState: runs.state,
      why: ticks.why,
      decidedAt: ticks.decidedAt,
    })
    .from(ticks)
    .leftJoin(runs, eq(runs.id, ticks.runId))
    .where(
      and(
        eq(ticks.workspaceId, workspaceId),
        eq(ticks.scheduleId, scheduleId),
        before === undefined ? undefined : lt(ticks.tickAt, before),
      ),
    )
    .orderBy(desc(ticks.tickAt))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ at }) => [at]);
}

export async function removeOldTicks(db: Db, days: number): Promise<void> {
  await db.delete(ticks).where(lt(ticks.decidedAt, sql`now() - make_interval(days => ${days})`));
}
