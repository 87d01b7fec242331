import { Readable } from "node:stream";
import { budgetEndpoints } from "@crew/contracts/budgets";
import { modelPriceEndpoints } from "@crew/contracts/model-prices";
import { usageEndpoints } from "@crew/contracts/usage";
import { createBudget } from "@crew/core/budgets/create-budget";
import { deleteBudget } from "@crew/core/budgets/delete-budget";
import { getBudget } from "@crew/core/budgets/get-budget";
import { listBudgets } from "@crew/core/budgets/list-budgets";
import { updateBudget } from "@crew/core/budgets/update-budget";
import { listModelPrices } from "@crew/core/model-prices/list-model-prices";
import { setModelPrice } from "@crew/core/model-prices/set-model-price";
import { exportUsage } from "@crew/core/usage/export-usage";
import { getUsage } from "@crew/core/usage/get-usage";
import type { RegisterRoute, RouteInput, RouteOptions } from "../route.ts";

export function usageRoutes(route: RegisterRoute): void {
  route(usageEndpoints.get, (ctx, { query }) => getUsage(ctx, query));
  route(usageEndpoints.export, () => Promise.reject(new Error("the stream answers instead")), { instead: streamUsage });
  route(budgetEndpoints.list, (ctx) => listBudgets(ctx));
  route(budgetEndpoints.create, (ctx, { body }) => createBudget(ctx, body));
  route(budgetEndpoints.get, (ctx, { params }) => getBudget(ctx, params.budgetId));
  route(budgetEndpoints.update, (ctx, { params, body }) => updateBudget(ctx, params.budgetId, body));
  route(budgetEndpoints.delete, (ctx, { params }) => deleteBudget(ctx, params.budgetId));
  route(modelPriceEndpoints.list, (ctx) => listModelPrices(ctx));
  route(modelPriceEndpoints.set, (ctx, { body }) => setModelPrice(ctx, body));
}

/** Sent as it is read, so that a year needs no memory. */
const streamUsage: NonNullable<RouteOptions["instead"]> = async (ctx, input, reply) => {
  const { query } = input as unknown as RouteInput<(typeof usageEndpoints)["export"]>;
  const lines = await exportUsage(ctx, query);
  reply.headers({
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="usage.csv"',
    "cache-control": "no-store",
  });
  await reply.send(Readable.from(lines, { objectMode: true }));
  return true;
};
