import type { AgentInput } from "@crew/contracts/agents";
import type { CrewInput } from "@crew/contracts/crews";
import type { Issue } from "@crew/contracts/error-codes";
import type { TaskInput } from "@crew/contracts/tasks";
import { placeholdersOfCrew } from "@crew/engine/interpolate";
import { checkModelName } from "../model-providers/check-model-name.ts";

/** What a crew may refer to in its workspace. */
export interface KnownNames {
  tools: ReadonlySet<string>;
  /** Names of model providers, `demo` among them. */
  providers: ReadonlySet<string>;
}

type Checked = Pick<CrewInput, "model" | "toolApprovals"> & { agents: AgentInput[]; tasks: TaskInput[] };

const MAX_PLACEHOLDERS = 50;

/** Everything about a crew that its shape alone does not say. Paths are those of the request: `tasks.2.context.0`. */
export function checkCrew(crew: Checked, known: KnownNames): Issue[] {
  return [
    ...checkModelName("model", crew.model, known.providers),
    ...checkKeys("agents", crew.agents),
    ...crew.agents.flatMap((agent, i) => [
      ...(agent.model === null ? [] : checkModelName(`agents.${i}.model`, agent.model, known.providers)),
      ...agent.fallbackModels.flatMap((model, j) => checkModelName(`agents.${i}.fallbackModels.${j}`, model, known.providers)),
      ...checkTools(`agents.${i}.tools`, agent.tools, known),
    ]),
    ...checkTools("toolApprovals", crew.toolApprovals, known),
    ...checkKeys("tasks", crew.tasks),
    ...crew.tasks.flatMap((task, i) => checkTask(crew, task, i, known)),
    ...checkPlaceholders(crew),
  ];
}

function checkKeys(list: "agents" | "tasks", items: { key: string }[]): Issue[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }, i) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ path: `${list}.${i}.key`, message: `another of these ${list} has the key ${key}` }];
  });
}

function checkTools(path: string, tools: string[], known: KnownNames): Issue[] {
  return tools.flatMap((tool, i) => {
    if (!known.tools.has(tool)) return [{ path: `${path}.${i}`, message: `there is no tool named ${tool}` }];
    return tools.indexOf(tool) < i ? [{ path: `${path}.${i}`, message: `${tool} is named twice` }] : [];
  });
}

function checkTask(crew: Checked, task: TaskInput, index: number, known: KnownNames): Issue[] {
  const issues = checkTools(`tasks.${index}.tools`, task.tools, known);
  if (!crew.agents.some((agent) => agent.key === task.agent))
    issues.push({ path: `tasks.${index}.agent`, message: `there is no agent with the key ${task.agent}` });
  const earlier = crew.tasks.slice(0, index).map(({ key }) => key);
  for (const [i, key] of (task.context ?? []).entries()) {
    const path = `tasks.${index}.context.${i}`;
    if (!crew.tasks.some((other) => other.key === key)) issues.push({ path, message: `there is no task with the key ${key}` });
    else if (!earlier.includes(key))
      issues.push({ path, message: `${key} does not come before this task, which can only read earlier ones` });
    else if (task.context?.indexOf(key) !== i) issues.push({ path, message: `${key} is named twice` });
  }
  return issues;
}

function checkPlaceholders(crew: Checked): Issue[] {
  const count = placeholdersOfCrew(crew).length;
  if (count <= MAX_PLACEHOLDERS) return [];
  return [{ path: "tasks", message: `the crew's texts name ${count} placeholders; at most ${MAX_PLACEHOLDERS} fit into one form` }];
}
