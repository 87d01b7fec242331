import { uuidFromTypeId } from "@crew/contracts/ids";
import type { WebhookEventData, WebhookEventType } from "@crew/contracts/webhook-events";
import { insertsOutbox } from "../../outbox/outbox-repository.ts";
import type { Statement, Statements } from "../../system.ts";
import type { BudgetReached, BudgetStanding } from "./budget-draw.ts";

/** The counter is marked and its event written by one statement, so that each limit is told of once in a period, whoever comes first. */
function noticeStatement(mark: "warned_limit" | "reached_limit", type: WebhookEventType): Statement {
  const told = insertsOutbox("told", { from: "marked", workspaceId: "marked.workspace_id", type: `'${type}'::text`, payload: "$3::jsonb" });
  return {
    name: `note_budget_${mark}`,
    text: `WITH marked AS (
        UPDATE budget_counters c SET ${mark} = b.limit_amount FROM budgets b
        WHERE b.id = $1 AND c.budget_id = b.id AND c.subject_key = $2 AND c.period_start = budget_period_start(b.period)
          AND c.${mark} IS DISTINCT FROM b.limit_amount
        RETURNING c.workspace_id
      ), ${told} SELECT count FROM told_sent`,
  };
}

const WARN = noticeStatement("warned_limit", "budget.warning");
const REACH = noticeStatement("reached_limit", "budget.reached");

export async function noteBudgetWarning(statements: Statements, runId: string, budget: BudgetStanding): Promise<void> {
  const percent = Math.floor((Number(budget.settled) / Number(budget.limit)) * 100);
  const data: WebhookEventData<"budget.warning"> = { ...noticeOf(runId, budget), percent };
  await statements.run(WARN, [uuidFromTypeId(budget.budgetId), budget.subjectKey, JSON.stringify(data)]);
}

/** Runs tell nobody of it by themselves: one budget may stop many at once. */
export async function noteBudgetReached(statements: Statements, runId: string, budget: BudgetStanding): Promise<void> {
  const data: WebhookEventData<"budget.reached"> = { ...noticeOf(runId, budget), action: budget.action };
  await statements.run(REACH, [uuidFromTypeId(budget.budgetId), budget.subjectKey, JSON.stringify(data)]);
}

function noticeOf(runId: string, { budgetId, name, measure, limit, settled }: BudgetStanding) {
  return { budgetId, name, measure, limit, used: settled, runId };
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
