import type { UsageGroup } from "@crew/contracts/usage";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { budgetEndpoints, modelPriceEndpoints, usageEndpoints } from "../../data/endpoints.ts";
import type { UsageSpan } from "./usage-span.ts";

/** The figures of a span stay shown while those of another are read. */
export function usageQuery({ from, to }: UsageSpan, groupBy: UsageGroup) {
  return queryOptions({
    queryKey: ["usage", from, to, groupBy],
    queryFn: ({ signal }) => callApi(usageEndpoints.get, { query: { from, to, groupBy }, signal }),
    placeholderData: keepPreviousData,
  });
}

export const budgetsQuery = queryOptions({
  queryKey: ["budgets"],
  queryFn: ({ signal }) => callApi(budgetEndpoints.list, { signal }),
  select: (list) => list.data,
});

export const modelPricesQuery = queryOptions({
  queryKey: ["model-prices"],
  queryFn: ({ signal }) => callApi(modelPriceEndpoints.list, { signal }),
  select: (list) => list.data,
});
