"use client";

import { type Budget, CreateBudget, UpdateBudget } from "@crew/contracts/budgets";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { budgetEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useContractForm } from "../../ui/use-contract-form.ts";
import { BudgetFields, type BudgetValues } from "./budget-fields.tsx";

/** Sets a budget, or changes what can be changed of one. */
export default function BudgetDialog({ budget, onClose }: { budget: Budget | null; onClose: () => void }) {
  const queries = useQueryClient();
  const [isDoomed, setDoomed] = useState(false);
  const form = useContractForm<BudgetValues, CreateBudget | UpdateBudget>(budget ? UpdateBudget : CreateBudget, valuesOf(budget));
  const settle = (words: string) => {
    showToast(words);
    onClose();
    return queries.invalidateQueries({ queryKey: ["budgets"] });
  };
  const save = useMutation({
    mutationFn: async (body: CreateBudget | UpdateBudget) => {
      if (budget) await callApi(budgetEndpoints.update, { params: { budgetId: budget.id }, body: body as UpdateBudget });
      else await callApi(budgetEndpoints.create, { body: body as CreateBudget });
    },
    onSuccess: () => settle(budget ? "The budget is changed" : "The budget holds from the next call on"),
  });
  const remove = useMutation({
    mutationFn: () => callApi(budgetEndpoints.delete, { params: { budgetId: budget?.id ?? "" } }),
    onSuccess: () => settle("The budget is gone"),
  });
  const submit = () => {
    const body = form.check(budget ? changeOf(form.values) : { ...form.values, limit: form.values.limit.trim() });
    if (body && !save.isPending) save.mutate(body);
  };
  return (
    <>
      <Dialog
        open
        kind="drawer"
        onClose={onClose}
        title={budget ? "Change budget" : "New budget"}
        actions={
          <>
            {budget ? (
              <Button variant="danger" className="mr-auto" onClick={() => setDoomed(true)}>
                Delete
              </Button>
            ) : null}
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form="budget-form" variant="primary" busy={save.isPending}>
              {budget ? "Save" : "Set budget"}
            </Button>
          </>
        }
      >
        <form
          id="budget-form"
          noValidate
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <BudgetFields values={form.values} problems={form.problems} set={form.set} isNew={budget === null} />
          {save.isError ? <ErrorState error={save.error} what="The budget was not saved" kept="What you typed is kept here." /> : null}
          {remove.isError ? <ErrorState error={remove.error} what="The budget was not deleted" /> : null}
        </form>
      </Dialog>
      <ConfirmDialog
        open={isDoomed}
        title="Delete the budget?"
        confirm="Delete the budget"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setDoomed(false)}
      >
        Nothing limits these calls any more, and runs that wait for room in it go on. What was spent stays in the usage.
      </ConfirmDialog>
    </>
  );
}

function valuesOf(budget: Budget | null): BudgetValues {
  return {
    name: budget?.name ?? "",
    scope: budget?.scope ?? "run",
    subjectId: budget?.subjectId ?? null,
    period: budget?.period ?? "total",
    measure: budget?.measure ?? "usd",
    limit: budget?.limit ?? "",
    action: budget?.action ?? "stop",
    warnAtPercent: budget ? budget.warnAtPercent : 80,
    isEnabled: budget?.isEnabled ?? true,
  };
}

function changeOf({ name, limit, action, warnAtPercent, isEnabled }: BudgetValues): object {
  return { name, limit: limit.trim(), action, warnAtPercent, isEnabled };
}
