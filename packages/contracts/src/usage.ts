import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { Usd } from "./runs.ts";

export const MAX_USAGE_DAYS = 400;

export const UsageGroup = z.enum(["day", "crew", "agent", "model", "user", "key"]);
export type UsageGroup = z.infer<typeof UsageGroup>;

const usageFigures = {
  /** Calls that were answered; what was tried again counts once. */
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  costUsd: Usd,
  /** Part of `costUsd`: of calls that were cut, which the provider may bill. */
  estimatedUsd: Usd,
  /** Calls of models whose price is unknown; they are not in `costUsd`. */
  unpricedCalls: z.int(),
};

export const UsageRow = z.object({
  /** Day, id or name of the model; `null`: what belongs to none, such as the crew of a chat. */
  key: z.string().nullable(),
  name: z.string(),
  ...usageFigures,
});
export type UsageRow = z.infer<typeof UsageRow>;

export const Usage = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    groupBy: UsageGroup,
    /** Days in their order, anything else by cost. */
    data: z.array(UsageRow),
    /** There are more than are shown; `totals` counts them all. */
    isCut: z.boolean(),
    totals: z.object(usageFigures),
  })
  .meta({ id: "Usage" });
export type Usage = z.infer<typeof Usage>;

const UsageTime = z.strictObject({
  /** Absent: the first of this month. */
  from: z.iso.datetime().optional(),
  /** Up to and without this moment; absent: now. */
  to: z.iso.datetime().optional(),
});

export const UsageQuery = UsageTime.extend({ groupBy: UsageGroup.default("day") });
export type UsageQuery = z.infer<typeof UsageQuery>;

export const ExportUsage = UsageTime;
export type ExportUsage = z.infer<typeof ExportUsage>;

export const usageEndpoints = {
  get: endpoint({
    method: "GET",
    path: "/v1/usage",
    tag: "Usage and budgets",
    summary: "What model calls have cost, by day, crew, agent, model, person or key; days are those of UTC",
    query: UsageQuery,
    response: Usage,
    needs: "usage:read",
    status: 200,
  }),
  export: endpoint({
    method: "GET",
    path: "/v1/usage/export",
    tag: "Usage and budgets",
    summary: "Download usage as CSV: a line for each day, crew, agent, model, person and key",
    query: ExportUsage,
    response: z.string(),
    needs: "usage:read",
    status: 200,
  }),
} as const;
