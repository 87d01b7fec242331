import type { RunCommand } from "@crew/contracts/run-messages";

/** What a message was taken for, for whoever said it. */
export function understoodWords(command: RunCommand): string {
  switch (command.kind) {
    case "guide":
      return "Guidance for every agent, from the next turn on.";
    case "skip":
      return `Skip the task "${command.taskKey}".`;
    case "pause":
      return "Pause before the next turn.";
    case "resume":
      return "Go on.";
    case "stop":
      return "Stop the run.";
  }
}
