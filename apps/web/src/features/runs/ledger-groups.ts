import { addUsd } from "@crew/client/add-usd";
import type { LiveTask } from "@crew/client/live-run-view";
import type { CallAttempt } from "@crew/contracts/runs";

export interface LedgerGroup {
  id: string;
  /** The task's key, or what else the calls were for. */
  title: string;
  attempts: CallAttempt[];
  totals: { failed: number; inputTokens: number; outputTokens: number; costUsd: string | null; isEstimated: boolean };
}

/** Attempts by the task that they were made for, in the order of the tasks' first calls. */
export function ledgerGroups(attempts: readonly CallAttempt[], tasks: readonly Pick<LiveTask, "key">[]): LedgerGroup[] {
  return [...Map.groupBy(attempts, ({ stepKey }) => stepKey.slice(0, stepKey.indexOf("/")))].map(([id, made]) => {
    const position = /^task:(\d+)$/.exec(id)?.[1];
    const task = position === undefined ? undefined : tasks[Number(position) - 1];
    return { id, title: task?.key || (id === "chat" ? "Answer" : id), attempts: made, totals: totalsOf(made) };
  });
}

/** What is unknown makes the sum unknown, unless it is of an attempt that came to nothing. */
function totalsOf(attempts: readonly CallAttempt[]): LedgerGroup["totals"] {
  const totals: LedgerGroup["totals"] = { failed: 0, inputTokens: 0, outputTokens: 0, costUsd: "0", isEstimated: false };
  for (const { outcome, inputTokens, outputTokens, costUsd, isEstimated } of attempts) {
    if (outcome !== "completed" && outcome !== "pending") totals.failed += 1;
    if (outcome === "pending" || inputTokens === null) {
      if (outcome === "completed") totals.costUsd = null;
      continue;
    }
    totals.inputTokens += inputTokens;
    totals.outputTokens += outputTokens ?? 0;
    totals.costUsd = addUsd(totals.costUsd, costUsd);
    totals.isEstimated ||= isEstimated;
  }
  return totals;
}
