import type { RunCommand } from "@crew/contracts/run-messages";
import { AppError } from "../app-error.ts";

const ASIDE = "(?:please )?";
const RUN = "(?: (?:the|this) run)?(?: please)?";
const WHOLE: readonly [RegExp, RunCommand["kind"] & ("pause" | "resume" | "stop")][] = [
  [new RegExp(`^${ASIDE}(?:pause|hold)${RUN}$`, "i"), "pause"],
  [new RegExp(`^${ASIDE}(?:resume|continue|go on|unpause)${RUN}$`, "i"), "resume"],
  [new RegExp(`^${ASIDE}(?:stop|cancel)${RUN}$`, "i"), "stop"],
];
const SKIP = new RegExp(`^${ASIDE}skip (?:the )?task (.+?)(?: please)?$`, "i");
/** Around a key, and at the end of a sentence; each run of marks is tried from its first one alone. */
const MARKS = /^["'“‘`#\s]+|(?<!["'”’`.,!\s])["'”’`.,!\s]+$/g;

/**
 * Which command the words are, by rule and by no model: the whole message has to be one, and whatever else it says is
 * guidance. Throws `invalid` for a task that the run does not have, with the names of those that it has.
 */
export function understandMessage(text: string, taskKeys: readonly string[]): RunCommand {
  const words = text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(?<![.!])[.!]+$/, "");
  for (const [pattern, kind] of WHOLE) if (pattern.test(words)) return { kind };
  const name = SKIP.exec(words)?.[1]?.replace(MARKS, "");
  return name === undefined ? { kind: "guide" } : { kind: "skip", taskKey: taskNamed(name, taskKeys) };
}

function taskNamed(name: string, keys: readonly string[]): string {
  const byKey = keys.find((key) => key === name) ?? keys.find((key) => key.toLowerCase() === name.toLowerCase());
  const found = byKey ?? (/^\d{1,3}$/.test(name) ? keys[Number(name) - 1] : undefined);
  if (found !== undefined) return found;
  const list = keys.map((key, index) => `${index + 1} ${key}`).join(", ");
  throw new AppError(
    "invalid",
    `There is no task "${name.slice(0, 80)}" in this run. Its tasks: ${list}. Say "skip task" and one number or name.`,
    {
      issues: [{ path: "text", message: "names no task of this run" }],
    },
  );
}
