import type { BudgetAction, BudgetMeasure, BudgetPeriod, BudgetScope } from "@crew/contracts/budgets";
import type { AttemptRecord } from "./journal-repository.ts";

/** The most that a call which begins may come to; prices are `null` where they are unknown. */
export interface BudgetWant {
  attemptId: string;
  inputTokens: number;
  inputUsd: string | null;
  /** With a million tokens of output. */
  withMillionUsd: string | null;
  outputTokens: number;
  /** With fewer than these the call is not worth making. */
  leastOutputTokens: number;
}

/** What a call that is over came to; `null`: what was reserved for it. */
export interface Settlement {
  attemptId: string;
  calls: 0 | 1;
  tokens: number | null;
  usd: string | null;
}

/** What one commit has to do with budgets. */
export interface Draw {
  settle: Settlement[];
  wants: BudgetWant[];
  /** Time at work since the last draw. */
  activeMs: number;
}

/** A budget as it stood. */
export interface BudgetStanding {
  budgetId: string;
  /** Plain UUID of the run, crew, key, person or workspace that the counter is of. */
  subjectKey: string;
  name: string;
  scope: BudgetScope;
  period: BudgetPeriod;
  measure: BudgetMeasure;
  limit: string;
  action: BudgetAction;
  version: number;
  settled: string;
  reserved: string;
  periodEnd: string | null;
}

export interface Drawn {
  /** Tokens of output that each call may ask for. */
  granted: Record<string, number>;
  /** Budgets that so much is used of as they are to warn at, until that is told. */
  crossed: BudgetStanding[];
  /** The budget of minutes that ends first. */
  minutes: (BudgetStanding & { leftMs: number }) | null;
}

/** `held`: the calls of others may leave room. */
export type RefusalCause = "reached" | "held" | "price_unknown";

/** A call that a budget has no room for was not stored; everything else of its commit was. */
export class BudgetReached extends Error {
  override name = "BudgetReached";
  /** Of the call that was to begin; `null`: minutes ran out while one was under way. */
  readonly attemptId: string | null;
  readonly why: RefusalCause;
  readonly budget: BudgetStanding;
  /** Of `held`: what the call may come to. */
  readonly needed: string;
  /** `<provider name>/<model id>` that was to be asked. */
  model: string | null = null;

  constructor(attemptId: string | null, why: RefusalCause, budget: BudgetStanding, needed = "0") {
    super(`the budget ${budget.name} has no room`);
    this.attemptId = attemptId;
    this.why = why;
    this.budget = budget;
    this.needed = needed;
  }
}

/**
 * What an attempt is charged with in its end. A call that was never sent costs nothing, one that was refused counts as a
 * call; one that broke off may be billed, so it costs what the ledger guesses, or what was reserved.
 */
export function settlementOf(attempt: AttemptRecord): Settlement {
  const { id: attemptId, outcome, failure, inputTokens, outputTokens, costUsd } = attempt;
  if (outcome === "not_sent") return { attemptId, calls: 0, tokens: 0, usd: "0" };
  if (outcome === "failed" && failure !== "malformed") return { attemptId, calls: 1, tokens: 0, usd: "0" };
  const tokens = inputTokens === null && outputTokens === null ? null : (inputTokens ?? 0) + (outputTokens ?? 0);
  return { attemptId, calls: 1, tokens, usd: costUsd };
}
