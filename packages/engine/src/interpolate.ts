import type { CrewDefinition, Inputs } from "@crew/contracts/crews";
import { RunFailure } from "./host.ts";

/** The strict form, so that JSON braces in a prompt survive. */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** Names of the `{placeholders}` in a text, each once, in order of appearance. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ""))];
}

type Texts = {
  agents: readonly { role: string; goal: string; backstory: string }[];
  tasks: readonly { description: string; expectedOutput: string }[];
};

/** What a run of this crew must be given: agents first, then tasks, as they are written. */
export function placeholdersOfCrew(crew: Texts): string[] {
  const texts = [
    ...crew.agents.flatMap((agent) => [agent.role, agent.goal, agent.backstory]),
    ...crew.tasks.flatMap((task) => [task.description, task.expectedOutput]),
  ];
  return [...new Set(texts.flatMap(placeholdersOf))];
}

/** Throws `missing_inputs` before the first model call, naming everything that is missing at once. */
export function requireInputs(crew: Texts, inputs: Inputs): void {
  const missing = placeholdersOfCrew(crew).filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length > 0) throw missingInputs(missing);
}

/** Strings go in as they are, everything else as JSON. */
export function textOfValue(value: Inputs[string] | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/**
 * Replaces each `{placeholder}` once: a value that holds braces itself is not read again. `render` decides how a value
 * is shown.
 */
export function interpolate(text: string, inputs: Inputs, render: (text: string, name: string) => string = (value) => value): string {
  const missing = placeholdersOf(text).filter((name) => !Object.hasOwn(inputs, name));
  if (missing.length > 0) throw missingInputs(missing);
  return text.replace(PLACEHOLDER, (_, name: string) => render(textOfValue(inputs[name]), name));
}

/** The crew with every text filled in, as it is shown to people. */
export function interpolateCrew(crew: CrewDefinition, inputs: Inputs): CrewDefinition {
  const fill = (text: string) => interpolate(text, inputs);
  return {
    ...crew,
    agents: crew.agents.map((agent) => ({
      ...agent,
      role: fill(agent.role),
      goal: fill(agent.goal),
      backstory: fill(agent.backstory),
    })),
    tasks: crew.tasks.map((task) => ({ ...task, description: fill(task.description), expectedOutput: fill(task.expectedOutput) })),
  };
}

function missingInputs(names: string[]): RunFailure {
  const list = names.map((name) => `{${name}}`).join(", ");
  return new RunFailure("missing_inputs", `The run was started without ${names.length === 1 ? "a value" : "values"} for ${list}.`);
}
