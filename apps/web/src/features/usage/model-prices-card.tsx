"use client";

import type { ModelPrice } from "@crew/contracts/model-prices";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { callApi } from "../../data/call-api.ts";
import { modelPriceEndpoints } from "../../data/endpoints.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { formatUsd } from "../../ui/format-figures.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { showToast } from "../../ui/toast-store.ts";
import { useMay } from "../members/use-may.ts";
import { modelPricesQuery } from "./usage-queries.ts";

const ModelPriceDialog = lazy(() => import("./model-price-dialog.tsx"));

/** Prices of models that the bundled list does not know. */
export function ModelPricesCard() {
  const prices = useQuery(modelPricesQuery);
  const mayWrite = useMay("model-providers:write");
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (model: string) => callApi(modelPriceEndpoints.set, { body: { model, price: null } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["model-prices"] }),
    onError: (error) => showToast("The price stays", { tone: "bad", detail: explainError(error).reason }),
  });
  return (
    <>
      <Card
        flush={Boolean(prices.data?.length)}
        title="Prices you have set"
        note="For models that are in no price list, such as your own. In US dollars for a million tokens; calls made before stay as they are."
        actions={
          mayWrite ? (
            <Button size="sm" icon={<Plus className="size-3.5" />} onClick={() => setOpen(true)}>
              Set a price
            </Button>
          ) : null
        }
      >
        {prices.isError ? (
          <ErrorState error={prices.error} what="The prices could not be read" onRetry={() => void prices.refetch()} />
        ) : null}
        {prices.data?.length === 0 ? (
          <p className="text-sm text-muted">None. A budget in dollars does not let a model be called whose price nobody knows.</p>
        ) : null}
        {prices.data && prices.data.length > 0 ? (
          <Table
            caption="Prices of models"
            columns={columnsOf(mayWrite ? remove.mutate : null)}
            rows={prices.data}
            rowKey={({ model }) => model}
          />
        ) : null}
      </Card>
      <Suspense fallback={null}>{isOpen ? <ModelPriceDialog onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  );
}

function columnsOf(remove: ((model: string) => void) | null): Column<ModelPrice>[] {
  return [
    {
      id: "model",
      header: "Model",
      cell: ({ model }) => <span className="block font-mono text-sm whitespace-normal break-all">{model}</span>,
    },
    { id: "in", header: "Input", align: "right", className: "w-20 tabular-nums", cell: (price) => formatUsd(price.inputPerMillionUsd) },
    { id: "out", header: "Output", align: "right", className: "w-20 tabular-nums", cell: (price) => formatUsd(price.outputPerMillionUsd) },
    {
      id: "act",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      className: "w-24",
      cell: ({ model }) =>
        remove ? (
          <Button size="sm" variant="ghost" onClick={() => remove(model)} aria-label={`Remove the price of ${model}`}>
            Remove
          </Button>
        ) : null,
    },
  ];
}
