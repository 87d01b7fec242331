import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { BudgetReached, type BudgetStanding, type Draw, type Drawn, type RefusalCause } from "./budget-draw.ts";

/** SQLSTATE of `draw_budgets`. */
const NO_ROOM = "ZB001";

/** The part of a commit that deals with budgets; where the workspace has none it is one look into an index. */
export const writeDraw = (n: number) => `, drawing AS (
    SELECT CASE WHEN jsonb_array_length($${n}::jsonb->'settle') > 0 OR EXISTS (SELECT FROM budgets b WHERE b.workspace_id = fenced.workspace_id AND b.is_enabled)
      THEN draw_budgets($1, $${n}) END AS drawn
    FROM fenced
  )`;

/** What the statement answers of it; a part that nothing reads is not executed. */
export const DRAWN = ", (SELECT drawn FROM drawing)";

/** As `draw_budgets` takes it. */
export function storedDraw({ settle, wants, activeMs }: Draw): Draw {
  const plain = <T extends { attemptId: string }>(item: T): T => ({ ...item, attemptId: uuidFromTypeId(item.attemptId) });
  return { settle: settle.map(plain), wants: wants.map(plain), activeMs };
}

export function drawnFromRow({ granted, crossed, minutes }: Drawn): Drawn {
  return {
    granted: Object.fromEntries(Object.entries(granted).map(([uuid, tokens]) => [typeIdFromUuid("attempt", uuid), tokens])),
    crossed: crossed.map(budgetStanding),
    minutes: minutes && { ...budgetStanding(minutes), leftMs: minutes.leftMs },
  };
}

function budgetStanding(budget: BudgetStanding): BudgetStanding {
  const { budgetId, subjectKey, name, scope, period, measure, limit, action, version, settled, reserved, periodEnd } = budget;
  return {
    ...{ subjectKey, name, scope, period, measure, limit, action, version, settled, reserved },
    budgetId: typeIdFromUuid("budget", budgetId),
    periodEnd: periodEnd && new Date(periodEnd).toISOString(),
  };
}

export function throwRefusal(error: unknown): never {
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  if (code !== NO_ROOM || typeof detail !== "string") throw error;
  const { attemptId, why, needed, ...budget } = JSON.parse(detail) as BudgetStanding & {
    attemptId: string;
    why: RefusalCause;
    needed: string;
  };
  throw new BudgetReached(typeIdFromUuid("attempt", attemptId), why, budgetStanding(budget), needed);
}
