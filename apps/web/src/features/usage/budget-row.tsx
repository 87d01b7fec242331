"use client";

import type { Budget, BudgetUse } from "@crew/contracts/budgets";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { formatPlural } from "../../ui/format-figures.ts";
import { BudgetBar } from "./budget-bar.tsx";
import { actionWords, amountWords, forecastWords, limitWords, whoseWords } from "./budget-words.ts";

/** One budget: for whom, how much is used, where it is going. */
export function BudgetRow({ budget, mayWrite, onEdit }: { budget: Budget; mayWrite: boolean; onEdit: () => void }) {
  const isForOne = budget.scope === "workspace" || budget.subjectId !== null;
  const uses = isForOne && budget.uses.length === 0 ? [nothingUsed()] : budget.uses;
  return (
    <li className="flex flex-col gap-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h3 className="flex flex-wrap items-center gap-2 font-medium">
            <span className="min-w-0 truncate">{budget.name}</span>
            {budget.isEnabled ? null : <Badge>Off</Badge>}
            {budget.waitingRuns > 0 ? <Badge tone="warn">{formatPlural(budget.waitingRuns, "run waits", "runs wait")}</Badge> : null}
          </h3>
          <p className="text-sm text-muted">
            {whoseWords(budget)}: {limitWords(budget)}. {budget.isEnabled ? actionWords(budget) : "It does not hold while it is off."}
          </p>
        </div>
        {mayWrite ? (
          <Button size="sm" onClick={onEdit} aria-label={`Change the budget ${budget.name}`}>
            Change
          </Button>
        ) : null}
      </div>
      {uses.length === 0 ? (
        <p className="text-xs text-faint">Nobody has used any of it{budget.periodEnd ? ` this ${budget.period}` : ""}.</p>
      ) : null}
      {uses.map((use) => (
        <Use key={use.subjectId} budget={budget} use={use} isNamed={!isForOne} />
      ))}
    </li>
  );
}

function Use({ budget, use, isNamed }: { budget: Budget; use: BudgetUse; isNamed: boolean }) {
  const words = forecastWords(budget, use);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-xs tabular-nums">
        <span className="min-w-0 truncate">{isNamed ? <span className="font-medium">{use.subjectName}</span> : null}</span>
        <span className="text-muted">
          {amountWords(budget.measure, use.settled)} of {amountWords(budget.measure, budget.limit)} used
          {Number(use.reserved) > 0 ? `, ${amountWords(budget.measure, use.reserved)} held by calls under way` : ""}
        </span>
      </div>
      <BudgetBar
        settled={Number(use.settled)}
        reserved={Number(use.reserved)}
        limit={Number(budget.limit)}
        warnAtPercent={budget.warnAtPercent}
      />
      {words && budget.isEnabled ? <p className="text-xs text-faint">{words}</p> : null}
    </div>
  );
}

function nothingUsed(): BudgetUse {
  return { subjectId: "", subjectName: "", settled: "0", reserved: "0", remaining: "0", forecast: null, reachedAt: null };
}
