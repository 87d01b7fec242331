/** Why a run with the error code `deadline` was ended, for a person. */
export function deadlineSentence(scope: "run" | "task" | "agent", seconds: number | string): string {
  if (scope === "run")
    return `The run was not done within its limit of ${seconds} s, waits included, so it was ended. What its tasks gave is kept.`;
  const whose = scope === "task" ? "The task was not done within its limit" : "The agent did not finish the task within its limit";
  return `${whose} of ${seconds} s, so the run was ended. What the tasks before it gave is kept.`;
}
