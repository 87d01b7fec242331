import { uuidFromTypeId } from "@crew/contracts/ids";
import type { WebhookEventData } from "@crew/contracts/webhook-events";
import { insertsOutbox } from "../../outbox/outbox-repository.ts";
import type { Statement, Statements } from "../../system.ts";
import type { BudgetReached, BudgetStanding } from "./budget-draw.ts";

const told = insertsOutbox("told", {
  from: "marked",
  workspaceId: "marked.workspace_id",
  type: "'budget.warning'::text",
  payload: "$3::jsonb",
});

/** The counter is marked and its event written by one statement, so that each limit is told of once in a period. */
const WARN: Statement = {
  name: "note_budget_warning",
  text: `WITH marked AS (
      UPDATE budget_counters c SET warned_limit = b.limit_amount FROM budgets b
      WHERE b.id = $1 AND c.budget_id = b.id AND c.subject_key = $2 AND c.period_start = budget_period_start(b.period)
        AND c.warned_limit IS DISTINCT FROM b.limit_amount
      RETURNING c.workspace_id
    ), ${told} SELECT count FROM told_sent`,
};

export async function noteBudgetWarning(statements: Statements, runId: string, budget: BudgetStanding): Promise<void> {
  const { budgetId, name, measure, limit, settled: used } = budget;
  const percent = Math.floor((Number(used) / Number(limit)) * 100);
  const data: WebhookEventData<"budget.warning"> = { budgetId, name, measure, limit, used, runId, percent };
  await statements.run(WARN, [uuidFromTypeId(budgetId), budget.subjectKey, JSON.stringify(data)]);
}

const HAS_ROOM: Statement = {
  name: "has_budget_room",
  text: `SELECT coalesce((
      SELECT c.reserved = 0 OR b.limit_amount - c.settled - c.reserved >= $3::numeric
      FROM budgets b JOIN budget_counters c ON c.budget_id = b.id AND c.subject_key = $2 AND c.period_start = budget_period_start(b.period)
      WHERE b.id = $1 AND b.is_enabled), true) AS has_room`,
};

/** Whether it is worth asking again for what others held. */
export async function hasBudgetRoom(statements: Statements, { budget, needed }: BudgetReached): Promise<boolean> {
  const [row] = await statements.run<{ has_room: boolean }>(HAS_ROOM, [uuidFromTypeId(budget.budgetId), budget.subjectKey, needed]);
  return row?.has_room ?? true;
}

/**
 * A change of the budget that was committed between the refusal and the parking has not seen this run wait. The lock lets
 * one under way come to its end first, so that either it finds the run waiting, or this finds the budget changed.
 */
const WAKE: Statement = {
  name: "wake_if_budget_changed",
  text: `WITH now_is AS (SELECT version FROM budgets WHERE id = $2 AND is_enabled FOR SHARE)
    UPDATE runs SET wake_at = now() WHERE id = $1 AND state = 'waiting' AND reason = 'budget' AND waits_for_budget = $2
      AND NOT EXISTS (SELECT FROM now_is WHERE version = $3)`,
};

export async function wakeIfBudgetChanged(statements: Statements, runId: string, { budgetId, version }: BudgetStanding): Promise<void> {
  await statements.run(WAKE, [uuidFromTypeId(runId), uuidFromTypeId(budgetId), version]);
}
