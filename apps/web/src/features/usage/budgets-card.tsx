"use client";

import type { Budget } from "@crew/contracts/budgets";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonRows } from "../../ui/skeleton.tsx";
import { useMay } from "../members/use-may.ts";
import { WhomToAsk } from "../members/whom-to-ask.tsx";
import { BudgetRow } from "./budget-row.tsx";
import { budgetsQuery } from "./usage-queries.ts";

const BudgetDialog = lazy(() => import("./budget-dialog.tsx"));

/** What may be spent. */
export function BudgetsCard() {
  const budgets = useQuery(budgetsQuery);
  const mayWrite = useMay("budgets:write");
  const [edited, setEdited] = useState<Budget | "new" | null>(null);
  const add = (
    <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setEdited("new")}>
      New budget
    </Button>
  );
  return (
    <>
      <Card
        flush
        title="Budgets"
        note={
          mayWrite ? (
            "A budget holds from the next call on, however many runs spend at once."
          ) : (
            <>
              You see what may be spent; setting it is for those who manage budgets. <WhomToAsk />
            </>
          )
        }
        actions={mayWrite && budgets.data && budgets.data.length > 0 ? add : null}
      >
        {budgets.isPending ? <SkeletonRows rows={2} /> : null}
        {budgets.isError ? (
          <ErrorState
            error={budgets.error}
            what="The budgets could not be read"
            onRetry={() => void budgets.refetch()}
            className="border-0"
          />
        ) : null}
        {budgets.data?.length === 0 ? (
          <EmptyState title="Nothing limits what runs spend" action={mayWrite ? add : null}>
            A good first one: each run may cost $2, so that a crew that runs in circles stops there.
          </EmptyState>
        ) : null}
        {budgets.data && budgets.data.length > 0 ? (
          <ul>
            {budgets.data.map((budget) => (
              <BudgetRow key={budget.id} budget={budget} mayWrite={mayWrite} onEdit={() => setEdited(budget)} />
            ))}
          </ul>
        ) : null}
      </Card>
      <Suspense fallback={null}>
        {edited ? <BudgetDialog budget={edited === "new" ? null : edited} onClose={() => setEdited(null)} /> : null}
      </Suspense>
    </>
  );
}
