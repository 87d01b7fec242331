import type { ExecutionContext } from "./execution-context.ts";

/** What a tool is given to tell a repetition of one step by: the same on every attempt, also of a run that continues another. */
export function idempotencyKeyOf({ journal }: Pick<ExecutionContext, "journal">, stepKey: string): string {
  return `${journal.claim.effectsKey}/${stepKey}`;
}
