import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ApiKeyId, BudgetId, CrewId, UserId } from "./ids.ts";
import { listOf } from "./page.ts";

export const MAX_BUDGETS = 100;

/** Whose calls count together. */
export const BudgetScope = z.enum(["run", "crew", "api_key", "user", "workspace"]);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** Days and months are those of UTC. `total`: without end. */
export const BudgetPeriod = z.enum(["total", "day", "month"]);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

/** `minutes`: while a worker executes the run, not while it waits. `calls`: each attempt that was sent to a model. */
export const BudgetMeasure = z.enum(["usd", "tokens", "calls", "minutes"]);
export type BudgetMeasure = z.infer<typeof BudgetMeasure>;

/** At the limit: `stop` fails the run, `park` lets it wait for the next period or a higher limit. */
export const BudgetAction = z.enum(["stop", "park"]);
export type BudgetAction = z.infer<typeof BudgetAction>;

/** A decimal number as a string, never a float. */
const Amount = z.string().regex(/^\d+(\.\d+)?$/);

const Limit = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, "must be a number like 25 or 0.50")
  .refine((text) => Number(text) > 0, "must be more than 0");

/** What one subject has used in the period under way. */
export const BudgetUse = z.object({
  /** Run, crew, key, person or workspace. */
  subjectId: z.string(),
  subjectName: z.string(),
  settled: Amount,
  /** The most that the calls under way may come to. */
  reserved: Amount,
  remaining: Amount,
  /** What the period will have used when it goes on like this; `null`: it has no end, or has only begun. */
  forecast: Amount.nullable(),
  /** When the limit is reached at this pace, within the period. */
  reachedAt: z.iso.datetime().nullable(),
});
export type BudgetUse = z.infer<typeof BudgetUse>;

const budgetFields = {
  name: z.string().trim().min(1).max(80),
  limit: Limit,
  action: BudgetAction,
  /** Says so when so much of the limit is used. */
  warnAtPercent: z.int().min(1).max(99).nullable(),
  isEnabled: z.boolean(),
};

export const Budget = z
  .object({
    id: BudgetId,
    ...budgetFields,
    scope: BudgetScope,
    /** The one crew, key or person that it is for; `null`: each of its kind has the limit for itself. */
    subjectId: z.string().nullable(),
    subjectName: z.string().nullable(),
    period: BudgetPeriod,
    measure: BudgetMeasure,
    /** Start and end of the period under way; `null`: it has none. */
    periodStart: z.iso.datetime().nullable(),
    periodEnd: z.iso.datetime().nullable(),
    /** Those who have used most of it, first; at most 20. */
    uses: z.array(BudgetUse),
    /** Runs that wait for room in it. */
    waitingRuns: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Budget" });
export type Budget = z.infer<typeof Budget>;

export const CreateBudget = z
  .strictObject({
    ...budgetFields,
    scope: BudgetScope,
    subjectId: z.union([CrewId, ApiKeyId, UserId]).nullable().default(null),
    period: BudgetPeriod,
    measure: BudgetMeasure.default("usd"),
    action: budgetFields.action.default("stop"),
    warnAtPercent: budgetFields.warnAtPercent.default(80),
    isEnabled: budgetFields.isEnabled.default(true),
  })
  .meta({ id: "CreateBudget" });
export type CreateBudget = z.infer<typeof CreateBudget>;

/** What is counted stays as it is: to count something else, make another budget. */
export const UpdateBudget = z
  .strictObject({
    name: budgetFields.name.optional(),
    limit: budgetFields.limit.optional(),
    action: budgetFields.action.optional(),
    warnAtPercent: budgetFields.warnAtPercent.optional(),
    isEnabled: budgetFields.isEnabled.optional(),
  })
  .meta({ id: "UpdateBudget" });
export type UpdateBudget = z.infer<typeof UpdateBudget>;

const budgetParams = z.strictObject({ budgetId: BudgetId });

export const budgetEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/budgets",
    tag: "Usage and budgets",
    summary: "List the budgets and what is used of them",
    response: listOf(Budget),
    needs: "budgets:read",
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/budgets",
    tag: "Usage and budgets",
    summary: "Set a budget; it holds from the next call on",
    body: CreateBudget,
    response: Budget,
    needs: "budgets:write",
    status: 201,
    idempotent: true,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/budgets/:budgetId",
    tag: "Usage and budgets",
    summary: "Get a budget and what is used of it",
    params: budgetParams,
    response: Budget,
    needs: "budgets:read",
    status: 200,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/budgets/:budgetId",
    tag: "Usage and budgets",
    summary: "Change a budget; runs that wait for room in it look again",
    params: budgetParams,
    body: UpdateBudget,
    response: Budget,
    needs: "budgets:write",
    status: 200,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/budgets/:budgetId",
    tag: "Usage and budgets",
    summary: "Delete a budget; runs that wait for room in it go on",
    params: budgetParams,
    response: z.null(),
    needs: "budgets:write",
    status: 204,
  }),
} as const;
