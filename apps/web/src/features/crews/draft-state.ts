import type { AgentInput } from "@crew/contracts/agents";
import type { CrewInput } from "@crew/contracts/crews";
import type { TaskInput } from "@crew/contracts/tasks";
import { freeKey, slugKey } from "./slug-key.ts";

/** Agents and tasks of a draft carry an id of this page alone, so that a renamed or moved one stays the same row. */
export interface DraftRowState {
  rowId: string;
  /** Added in this page: it starts unfolded. */
  isNew: boolean;
  /** Its key still follows its words, because nobody has written one. */
  keyFollows: boolean;
}
export type DraftAgent = AgentInput & DraftRowState;
export type DraftTask = TaskInput & DraftRowState;
export type CrewDraft = Omit<CrewInput, "agents" | "tasks"> & { agents: DraftAgent[]; tasks: DraftTask[] };

let rowCount = 0;
const nextRowId = () => `row-${++rowCount}`;

export function draftOf(input: CrewInput): CrewDraft {
  return {
    ...input,
    agents: input.agents.map((agent) => ({ ...agent, rowId: nextRowId(), isNew: false, keyFollows: false })),
    tasks: input.tasks.map((task) => ({ ...task, rowId: nextRowId(), isNew: false, keyFollows: false })),
  };
}

export function inputOfDraft(draft: CrewDraft): CrewInput {
  return {
    ...draft,
    agents: draft.agents.map(({ rowId: _, isNew: __, keyFollows: ___, ...agent }) => agent),
    tasks: draft.tasks.map(({ rowId: _, isNew: __, keyFollows: ___, ...task }) => task),
  };
}

export type DraftAction =
  | { type: "reset"; draft: CrewDraft }
  | {
      type: "crew";
      change: Partial<Omit<CrewDraft, "agents" | "tasks" | "process">>;
    }
  | { type: "agent"; rowId: string; change: Partial<AgentInput> }
  | { type: "task"; rowId: string; change: Partial<TaskInput> }
  | { type: "add-agent" }
  | { type: "add-task" }
  | { type: "remove"; list: "agents" | "tasks"; rowId: string }
  | { type: "move"; list: "agents" | "tasks"; rowId: string; to: number };

export function reduceDraft(draft: CrewDraft, action: DraftAction): CrewDraft {
  switch (action.type) {
    case "reset":
      return action.draft;
    case "crew":
      return { ...draft, ...action.change };
    case "agent":
      return changeAgent(draft, action.rowId, action.change);
    case "task":
      return changeTask(draft, action.rowId, action.change);
    case "add-agent":
      return { ...draft, agents: [...draft.agents, newAgent(draft)] };
    case "add-task":
      return { ...draft, tasks: [...draft.tasks, newTask(draft)] };
    case "remove":
      return action.list === "agents"
        ? { ...draft, agents: draft.agents.filter((agent) => agent.rowId !== action.rowId) }
        : removeTask(draft, action.rowId);
    case "move":
      return action.list === "agents"
        ? { ...draft, agents: moved(draft.agents, action.rowId, action.to) }
        : { ...draft, tasks: moved(draft.tasks, action.rowId, action.to) };
  }
}

/** A new agent's key follows its role until somebody writes the key; a changed key is changed wherever a task names it. */
function changeAgent(draft: CrewDraft, rowId: string, change: Partial<AgentInput>): CrewDraft {
  const before = draft.agents.find((agent) => agent.rowId === rowId);
  if (!before) return draft;
  const after = { ...before, ...change };
  if (change.key !== undefined) after.keyFollows = false;
  else if (before.keyFollows && change.role !== undefined) {
    after.key = freeKey(
      slugKey(change.role) || "agent",
      draft.agents.filter((agent) => agent !== before).map((agent) => agent.key),
    );
  }
  const agents = draft.agents.map((agent) => (agent === before ? after : agent));
  if (after.key === before.key) return { ...draft, agents };
  return { ...draft, agents, tasks: draft.tasks.map((task) => (task.agent === before.key ? { ...task, agent: after.key } : task)) };
}

function changeTask(draft: CrewDraft, rowId: string, change: Partial<TaskInput>): CrewDraft {
  const before = draft.tasks.find((task) => task.rowId === rowId);
  if (!before) return draft;
  const after = { ...before, ...change };
  if (change.key !== undefined) after.keyFollows = false;
  else if (before.keyFollows && change.description !== undefined) {
    const words = change.description.split(/\s+/).slice(0, 3).join(" ");
    after.key = freeKey(
      slugKey(words) || "task",
      draft.tasks.filter((task) => task !== before).map((task) => task.key),
    );
  }
  const renamed = (key: string) => (key === before.key ? after.key : key);
  return {
    ...draft,
    tasks: draft.tasks.map((task) => (task === before ? after : { ...task, context: task.context?.map(renamed) ?? null })),
  };
}

function removeTask(draft: CrewDraft, rowId: string): CrewDraft {
  const gone = draft.tasks.find((task) => task.rowId === rowId);
  return {
    ...draft,
    tasks: draft.tasks
      .filter((task) => task !== gone)
      .map((task) => ({ ...task, context: task.context?.filter((key) => key !== gone?.key) ?? null })),
  };
}

function moved<T extends { rowId: string }>(list: T[], rowId: string, to: number): T[] {
  const row = list.find((item) => item.rowId === rowId);
  if (!row) return list;
  const others = list.filter((item) => item !== row);
  others.splice(Math.min(Math.max(to, 0), others.length), 0, row);
  return others;
}

function newAgent(draft: CrewDraft): DraftAgent {
  const key = freeKey(
    "agent",
    draft.agents.map((agent) => agent.key),
  );
  return {
    rowId: nextRowId(),
    isNew: true,
    keyFollows: true,
    key,
    role: "",
    goal: "",
    backstory: "",
    model: null,
    tools: [],
    maxIterations: 25,
    fallbackModels: [],
    maxExecutionSeconds: null,
  };
}

function newTask(draft: CrewDraft): DraftTask {
  const key = freeKey(
    "task",
    draft.tasks.map((task) => task.key),
  );
  const agent = draft.tasks.at(-1)?.agent ?? draft.agents[0]?.key ?? "";
  return {
    rowId: nextRowId(),
    isNew: true,
    keyFollows: true,
    key,
    description: "",
    expectedOutput: "",
    agent,
    context: null,
    tools: [],
    humanInput: false,
    maxExecutionSeconds: null,
  };
}
