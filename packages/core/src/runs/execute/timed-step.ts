import type { ToolOutcome } from "@crew/engine/host";
import type { ModelReply } from "@crew/engine/model";
import { SaidMeanwhile } from "@crew/engine/steering";
import { type ExecutionContext, RunCancelled } from "./execution-context.ts";
import { FenceLost, RunDrained, RunParked } from "./run-interrupts.ts";

/** A step that is made now and not read from the journal, as a span and as a figure; waits and retries are part of it. */
export function timedStep<T extends ModelReply | ToolOutcome>(
  { system: { metrics, traces } }: ExecutionContext,
  kind: "model" | "tool",
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  return traces.span({ name: `step ${kind}`, attributes: { "crew.step.key": key, "crew.step.kind": kind } }, async (span) => {
    const begunAt = performance.now();
    const end = (outcome: "completed" | "failed" | "interrupted") => {
      metrics.observe("step_seconds", { kind, outcome }, (performance.now() - begunAt) / 1_000);
      span.set({ "crew.step.outcome": outcome });
    };
    try {
      const done = await work();
      const isFailed = "isError" in done && done.isError;
      if (isFailed) span.fail("tool_failed");
      end(isFailed ? "failed" : "completed");
      return done;
    } catch (error) {
      if (!isInterrupt(error)) span.fail(failureOf(error));
      end(isInterrupt(error) ? "interrupted" : "failed");
      throw error;
    }
  });
}

/** The step goes on later or is made anew, or nobody wants it any more: no failure. */
const INTERRUPTS = [RunParked, RunDrained, FenceLost, RunCancelled, SaidMeanwhile];

function isInterrupt(error: unknown): boolean {
  return INTERRUPTS.some((interrupt) => error instanceof interrupt);
}

/** The code of an expected failure, the class of any other; messages may quote what was said. */
function failureOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
}
