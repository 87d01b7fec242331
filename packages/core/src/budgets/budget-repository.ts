import type { Budget, BudgetScope } from "@crew/contracts/budgets";
import { type IdPrefix, typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { budgetsTable as budgets } from "@crew/db/budgets-table";
import { workspacesTable as workspaces } from "@crew/db/workspaces-table";
import { and, count, eq, sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";
import { type ReadUse, useOf } from "./use-of.ts";

const isOne = (workspaceId: string, budgetId: string) => and(eq(budgets.workspaceId, workspaceId), eq(budgets.id, budgetId));

export const SUBJECT_PREFIXES: Record<BudgetScope, IdPrefix> = {
  run: "run",
  crew: "crew",
  api_key: "key",
  user: "user",
  workspace: "workspace",
};

const SUBJECT_NAME = (key: string) => `CASE b.scope
      WHEN 'run' THEN (SELECT title FROM runs x WHERE x.id = ${key} AND x.workspace_id = b.workspace_id)
      WHEN 'crew' THEN (SELECT name FROM crews x WHERE x.id = ${key} AND x.workspace_id = b.workspace_id)
      WHEN 'api_key' THEN (SELECT name FROM api_keys x WHERE x.id = ${key} AND x.workspace_id = b.workspace_id)
      WHEN 'user' THEN (SELECT name FROM users x WHERE x.id = ${key})
      ELSE (SELECT name FROM workspaces x WHERE x.id = b.workspace_id) END`;

const READ = `SELECT b.id, b.name, b.scope, b.subject_id, ${SUBJECT_NAME("b.subject_id")} AS subject_name, b.period, b.measure,
    trim_scale(b.limit_amount)::text AS limit, b.action, b.warn_at_percent, b.is_enabled, b.created_at, b.updated_at,
    CASE WHEN b.period <> 'total' THEN budget_period_start(b.period) END AS period_start, budget_period_end(b.period) AS period_end, now() AS now,
    (SELECT count(*) FROM runs r WHERE r.waits_for_budget = b.id AND r.state = 'waiting')::int AS waiting_runs,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('key', u.subject_key, 'name', ${SUBJECT_NAME("u.subject_key")},
        'settled', u.settled, 'reserved', u.reserved)), '[]')
      FROM (SELECT c.subject_key, c.settled, c.reserved FROM budget_counters c
        WHERE c.budget_id = b.id AND c.period_start = budget_period_start(b.period) AND c.workspace_id = b.workspace_id
          AND (b.subject_id IS NULL OR c.subject_key = b.subject_id)
        ORDER BY c.settled + c.reserved DESC LIMIT $2) u) AS uses
  FROM budgets b WHERE b.workspace_id = $1`;

const LIST: Statement = { name: "list_budgets", text: `${READ} ORDER BY b.id DESC` };
const FIND: Statement = { name: "find_budget", text: `${READ} AND b.id = $3` };

const USES_IN_LIST = 5;
const USES_OF_ONE = 20;

interface BudgetRow {
  id: string;
  name: string;
  scope: BudgetScope;
  subject_id: string | null;
  subject_name: string | null;
  period: Budget["period"];
  measure: Budget["measure"];
  limit: string;
  action: Budget["action"];
  warn_at_percent: number | null;
  is_enabled: boolean;
  created_at: string;
  updated_at: string;
  period_start: string | null;
  period_end: string | null;
  now: string;
  waiting_runs: number;
  uses: ReadUse[];
}

export async function listBudgetRows(statements: Statements, workspaceId: string): Promise<Budget[]> {
  return (await statements.run<BudgetRow>(LIST, [uuidFromTypeId(workspaceId), USES_IN_LIST])).map(budgetFromRow);
}

export async function findBudget(statements: Statements, workspaceId: string, budgetId: string): Promise<Budget | undefined> {
  const [row] = await statements.run<BudgetRow>(FIND, [uuidFromTypeId(workspaceId), USES_OF_ONE, uuidFromTypeId(budgetId)]);
  return row && budgetFromRow(row);
}

function budgetFromRow(row: BudgetRow): Budget {
  const subjectId = (uuid: string) => typeIdFromUuid(SUBJECT_PREFIXES[row.scope], uuid);
  const during = { start: row.period_start, end: row.period_end, now: row.now };
  return {
    id: typeIdFromUuid("budget", row.id),
    name: row.name,
    scope: row.scope,
    subjectId: row.subject_id && subjectId(row.subject_id),
    subjectName: row.subject_name,
    period: row.period,
    measure: row.measure,
    limit: row.limit,
    action: row.action,
    warnAtPercent: row.warn_at_percent,
    isEnabled: row.is_enabled,
    periodStart: row.period_start,
    periodEnd: row.period_end,
    uses: row.uses.map((use) => useOf({ ...use, subjectId: subjectId(use.key) }, row.limit, during)),
    waitingRuns: row.waiting_runs,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Holds back others that make a budget, so that of two that take the last place one waits and is refused. */
export async function countBudgetsLocked(db: Db, workspaceId: string): Promise<number> {
  await db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("no key update");
  const [row] = await db.select({ count: count() }).from(budgets).where(eq(budgets.workspaceId, workspaceId));
  return row?.count ?? 0;
}

/** Where the budget is for one subject, its counter begins with what the ledger has of the period. */
export async function insertBudget(db: Db, budget: typeof budgets.$inferInsert): Promise<void> {
  await db.insert(budgets).values(budget);
  await db.execute(sql`SELECT begin_budget_counter(${uuidFromTypeId(budget.id)})`);
}

/** The budget as it was, for the audit record; `undefined`: there is none. */
export async function lockBudget(
  db: Db,
  workspaceId: string,
  budgetId: string,
): Promise<Pick<typeof budgets.$inferSelect, "name" | "limitAmount" | "action" | "isEnabled" | "measure"> | undefined> {
  const { name, limitAmount, action, isEnabled, measure } = budgets;
  const [row] = await db
    .select({ name, limitAmount, action, isEnabled, measure })
    .from(budgets)
    .where(isOne(workspaceId, budgetId))
    .for("update");
  return row;
}

export async function updateBudgetRow(
  db: Db,
  workspaceId: string,
  budgetId: string,
  change: Partial<typeof budgets.$inferInsert>,
): Promise<void> {
  await db
    .update(budgets)
    .set({ ...change, version: sql`${budgets.version} + 1` })
    .where(isOne(workspaceId, budgetId));
}

export async function removeBudget(db: Db, workspaceId: string, budgetId: string): Promise<void> {
  await db.delete(budgets).where(isOne(workspaceId, budgetId));
}

/** Runs that wait for room in the budget look again; returns them. */
export async function wakeRunsOfBudget(db: Db, workspaceId: string, budgetId: string): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`WITH woken AS (
      UPDATE runs SET state = 'queued', reason = NULL, wake_at = NULL, waits_for_budget = NULL, released_at = now(), released_because = 'budget_raised'
      WHERE workspace_id = ${uuidFromTypeId(workspaceId)} AND waits_for_budget = ${uuidFromTypeId(budgetId)} AND state = 'waiting' AND reason = 'budget'
      RETURNING id
    ) SELECT id::text, pg_notify('crew_runs', '') FROM woken`);
  return rows.map(({ id }) => typeIdFromUuid("run", id));
}

const SUBJECTS: Record<Exclude<BudgetScope, "run" | "workspace">, Statement> = {
  crew: { name: "name_crew", text: "SELECT name FROM crews WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL" },
  api_key: { name: "name_key", text: "SELECT name FROM api_keys WHERE workspace_id = $1 AND id = $2" },
  user: {
    name: "name_member",
    text: "SELECT u.name FROM workspace_members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2",
  },
};

export async function findSubjectName(
  statements: Statements,
  workspaceId: string,
  scope: keyof typeof SUBJECTS,
  subjectId: string,
): Promise<string | undefined> {
  const [row] = await statements.run<{ name: string }>(SUBJECTS[scope], [uuidFromTypeId(workspaceId), uuidFromTypeId(subjectId)]);
  return row?.name;
}
