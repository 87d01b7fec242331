import { sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";

const SETTLE: Statement = { name: "settle_left_open", text: "SELECT settle_left_open($1) AS calls" };

export async function settleLeftOpenRows(statements: Statements, most: number): Promise<number> {
  const [row] = await statements.run<{ calls: number }>(SETTLE, [most]);
  return row?.calls ?? 0;
}

/** What nobody reads again: settlements after a week, counters of ended runs after a day, of periods after 400 days, of budgets that are gone. */
export async function removeOldBudgetRows(db: Db): Promise<void> {
  await db.execute(sql`DELETE FROM budget_reservations WHERE settled_at < now() - interval '7 days'`);
  await db.execute(sql`DELETE FROM budget_counters c WHERE (c.budget_id, c.subject_key, c.period_start) IN (
    SELECT old.budget_id, old.subject_key, old.period_start FROM budget_counters old LEFT JOIN budgets b ON b.id = old.budget_id
      LEFT JOIN runs r ON b.scope = 'run' AND r.id = old.subject_key
    WHERE old.reserved = 0 AND (b.id IS NULL OR r.ended_at < now() - interval '1 day'
      OR (b.period <> 'total' AND old.period_start < now() - interval '400 days'))
    FOR UPDATE OF old SKIP LOCKED)`);
}
