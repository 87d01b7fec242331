import { CrewInput } from "@crew/contracts/crews";
import type { Issue } from "@crew/contracts/error-codes";
import { issueWords } from "../../ui/issue-words.ts";

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;

/** What the server would refuse, told while it is written. Paths are those of the request, such as `tasks.2.agent`. */
export function draftProblems(crew: CrewInput): Issue[] {
  const parsed = CrewInput.safeParse(crew);
  const shape = parsed.success ? [] : parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issueWords(issue) }));
  return [
    ...shape,
    ...doubledKeys("agents", crew.agents),
    ...doubledKeys("tasks", crew.tasks),
    ...crew.tasks.flatMap((_, i) => taskProblems(crew, i)),
  ];
}

function doubledKeys(list: "agents" | "tasks", items: readonly { key: string }[]): Issue[] {
  return items.flatMap(({ key }, i) =>
    items.findIndex((item) => item.key === key) < i ? [{ path: `${list}.${i}.key`, message: `another one has the key ${key}` }] : [],
  );
}

function taskProblems(crew: CrewInput, index: number): Issue[] {
  const task = crew.tasks[index];
  if (!task) return [];
  const issues: Issue[] = [];
  if (task.agent && !crew.agents.some((agent) => agent.key === task.agent))
    issues.push({ path: `tasks.${index}.agent`, message: `there is no agent ${task.agent}: choose who does it` });
  const earlier = crew.tasks.slice(0, index).map((other) => other.key);
  for (const key of task.context ?? []) {
    if (!earlier.includes(key)) issues.push({ path: `tasks.${index}.context`, message: `reads ${key}, which does not come before it` });
  }
  return issues;
}

/** Names of the `{placeholders}` of a draft in order of appearance: what its run form will ask for. */
export function draftPlaceholders(crew: CrewInput): string[] {
  const texts = [
    ...crew.agents.flatMap((agent) => [agent.role, agent.goal, agent.backstory]),
    ...crew.tasks.flatMap((task) => [task.description, task.expectedOutput]),
  ];
  return [...new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "")))];
}

/** Where a path of an issue lies, in words: `Task 3 (write)`. */
export function placeOfProblem(crew: CrewInput, path: string): string {
  const [list, at = "", field] = path.split(".");
  const index = Number(at);
  if (list === "agents" && at !== "") return `Agent ${index + 1} (${crew.agents[index]?.role || crew.agents[index]?.key}) ${field ?? ""}`;
  if (list === "tasks" && at !== "") return `Task ${index + 1} (${crew.tasks[index]?.key}) ${FIELD_WORDS[field ?? ""] ?? field ?? ""}`;
  return list === "agents" || list === "tasks" ? `The list of ${list}` : `The crew's ${list}`;
}

const FIELD_WORDS: Record<string, string> = { expectedOutput: "expected output" };
