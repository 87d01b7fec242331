import type { RunEvent } from "@crew/contracts/run-events";
import type { CallAttempt, Run } from "@crew/contracts/runs";

/** What a run that went through a fault has promised; each sentence returned is a promise that it broke. */
export function findBrokenPromises(told: { run: Run; events: RunEvent[]; ledger: CallAttempt[]; stepsExpected: number }): string[] {
  const { run, events, ledger, stepsExpected } = told;
  const broken: string[] = [];
  const check = (holds: boolean, sentence: string) => {
    if (!holds) broken.push(sentence);
  };
  check(run.state === "succeeded", `the run is ${run.state}: ${run.error?.message}`);
  check(
    events.every((event, i) => event.seq === i + 1),
    "the events are not numbered 1..n",
  );
  check(events.filter((event) => event.type === "crew_kickoff_completed").length === 1, "there is not exactly one terminal event");
  check(events.at(-1)?.type === "crew_kickoff_completed", "something follows the terminal event");
  const completed = ledger.filter((attempt) => attempt.outcome === "completed").map((attempt) => attempt.stepKey);
  check(new Set(completed).size === completed.length, `a completed model call was made again: ${completed}`);
  check(!ledger.some((attempt) => attempt.outcome === "pending"), "the ledger leaves an attempt open");
  check(ledger.length - completed.length <= run.attempt - 1, "more attempts were lost than workers");
  check(run.totals.modelCalls === completed.length, `${run.totals.modelCalls} calls charged for ${completed.length} completed`);
  check(run.progress.stepsDone === stepsExpected, `${run.progress.stepsDone} steps instead of ${stepsExpected}`);
  const finished = events.filter((event) => event.type === "tool_usage_finished").map((event) => event.data.stepKey);
  check(new Set(finished).size === finished.length, "a finished tool call was told twice");
  check(
    events.filter((event) => event.type === "task_completed").length === run.progress.tasksTotal,
    "a task was told twice or not at all",
  );
  return broken;
}
