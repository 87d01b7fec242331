import type { Agent } from "@crew/contracts/agents";
import type { CrewDefinition } from "@crew/contracts/crews";
import type { Task } from "@crew/contracts/tasks";
import { type AgentWork, runAgentLoop } from "./agent-loop.ts";
import { type Place, RunFailure, type RunHost } from "./host.ts";
import { reviewedAnswer } from "./human-input.ts";
import { interpolate, interpolateCrew } from "./interpolate.ts";
import { parseJsonOutput } from "./parse-json-output.ts";
import { agentInstructions, inputValue, outsideValue, skippedOutput, taskPrompt } from "./prompts.ts";
import { Steering, TaskSkipped } from "./steering.ts";
import { documentTaint, inputTaint, joinTaint, memoryTaint } from "./taint.ts";
import type { EngineTool } from "./tool.ts";

/** A task with everything that it needs looked up, so that a broken crew fails before its first model call. */
interface PlannedTask {
  task: Task;
  agent: Agent;
  tools: EngineTool[];
  /** As people read them, with every placeholder filled in. */
  shown: { task: Task; agent: Agent };
}

/** A task whose turn it is, with what it is executed by. */
interface TaskTurn extends PlannedTask {
  host: RunHost;
  crew: CrewDefinition;
  position: number;
  /** Its place in the run, as the first part of its keys. */
  at: string;
  place: Required<Place>;
  /** Of the tasks before it. */
  outputs: ReadonlyMap<string, TaskResult>;
  steering: Steering;
}

/** What a task has said, with everything from outside that it was made from. */
interface TaskResult {
  text: string;
  taintedBy: string[];
  isSkipped?: true;
}

/** One task after the other; the final output is the last that is not empty. */
export async function runSequential(host: RunHost, crew: CrewDefinition, tools: readonly EngineTool[]): Promise<{ output: string }> {
  const plan = planTasks(host, crew, tools);
  const outputs = new Map<string, TaskResult>();
  const steering = new Steering(host);
  for (const [position, planned] of plan.entries()) {
    const place = { taskId: planned.task.id, agentId: planned.agent.id };
    const turn: TaskTurn = { ...planned, host, crew, position, at: `task:${position + 1}`, place, outputs, steering };
    outputs.set(planned.task.key, await runUnlessSkipped(turn));
  }
  const said = [...outputs.values()].filter(({ text }) => text.trim() !== "");
  return { output: (said.findLast(({ isSkipped }) => !isSkipped) ?? said.at(-1))?.text ?? "" };
}

/** What a person does not want done is not done, whether it has begun or not; its output says so. */
async function runUnlessSkipped(turn: TaskTurn): Promise<TaskResult> {
  const { host, task, agent, position, at, place, steering } = turn;
  try {
    await steering.hear(at, place);
    const by = steering.skippedBy(task.key);
    if (by !== undefined) throw new TaskSkipped(by);
    return await runTask(turn);
  } catch (error) {
    if (!(error instanceof TaskSkipped)) throw error;
    const text = skippedOutput(task.key, error.by);
    const output = { position, taskKey: task.key, agentKey: agent.key, text, json: null, taintedBy: [], skippedBy: error.by };
    host.completeTask(`${at}/skipped`, output, place);
    return { text, taintedBy: [], isSkipped: true };
  }
}

async function runTask(turn: TaskTurn): Promise<TaskResult> {
  const { host, crew, task, agent, tools, shown, position, at, place, outputs, steering } = turn;
  const spoken = spokenTexts(host, turn);
  const model = agent.model ?? crew.model;
  const who = { agentKey: agent.key, agentRole: shown.agent.role };
  const { description, expectedOutput } = shown.task;
  host.emit(`${at}/started`, "task_started", { taskKey: task.key, ...who, description, expectedOutput }, place);
  host.emit(`${at}/agent_started`, "agent_execution_started", { ...who, model, tools: tools.map((tool) => tool.name) }, place);

  using _clock = host.limitTime(at, { task: task.maxExecutionSeconds, agent: agent.maxExecutionSeconds }, place);

  const earlier = contextOf(task, outputs);
  const documents = tools.some((tool) => tool.name === "read_document") ? host.documents : [];
  const recalled = crew.memory ? await host.recall(`${at}/memory`, `${description}\n${expectedOutput}`, place) : [];
  const prompt = taskPrompt({
    description: spoken.description,
    expectedOutput: spoken.expectedOutput,
    context: earlier.map(({ text }) => text),
    documents,
    remembered: recalled.map(({ text }) => text),
  });
  const work: AgentWork = {
    host,
    at,
    place,
    model,
    fallbackModels: agent.fallbackModels,
    messages: [
      { role: "system", content: agentInstructions(spoken.agent, recalled.length > 0) },
      { role: "user", content: prompt },
      ...steering.guidance,
    ],
    steered: { by: steering, taskKey: task.key },
    tools,
    maxIterations: agent.maxIterations,
    taintedBy: joinTaint(
      inputTaint([agent.role, agent.goal, agent.backstory, task.description, task.expectedOutput], host.inputs, host.inputSource),
      documentTaint(documents),
      memoryTaint(recalled),
      ...earlier.map((output) => output.taintedBy),
    ),
  };
  try {
    const { text, taintedBy } = task.humanInput ? await reviewedAnswer(work, task.key, place) : await runAgentLoop(work);
    host.emit(`${at}/agent_completed`, "agent_execution_completed", { agentKey: agent.key }, place);
    host.completeTask(
      `${at}/completed`,
      { position, taskKey: task.key, agentKey: agent.key, text, json: parseJsonOutput(text), taintedBy },
      place,
    );
    return { text, taintedBy };
  } catch (error) {
    // Anything else is the host's: a parked run, a lost lease or a stop is not a failed task.
    if (error instanceof RunFailure) {
      host.emit(`${at}/failed`, "task_failed", { taskKey: task.key, error: { code: error.code, message: error.message } }, place);
    }
    throw error;
  }
}

/** As the model reads them: what comes from outside is fenced off wherever it stands. */
function spokenTexts(host: RunHost, { task, agent, shown }: PlannedTask) {
  if (host.inputSource === null) {
    const { expectedOutput } = shown.task;
    return { agent: shown.agent, description: interpolate(task.description, host.inputs, inputValue), expectedOutput };
  }
  const fill = (text: string) => interpolate(text, host.inputs, outsideValue);
  const filled = { role: fill(agent.role), goal: fill(agent.goal), backstory: fill(agent.backstory) };
  return { agent: filled, description: fill(task.description), expectedOutput: fill(task.expectedOutput) };
}

/** `null`: every earlier output; a list: those, in the order of the list. */
function contextOf(task: Task, outputs: ReadonlyMap<string, TaskResult>): TaskResult[] {
  const keys = task.context ?? [...outputs.keys()];
  return keys.flatMap((key) => outputs.get(key) ?? []).filter(({ text }) => text.trim() !== "");
}

function planTasks(host: RunHost, crew: CrewDefinition, tools: readonly EngineTool[]): PlannedTask[] {
  const shown = interpolateCrew(crew, host.inputs);
  const earlier = new Set<string>();
  return crew.tasks.map((task, position) => {
    const agentAt = crew.agents.findIndex((one) => one.key === task.agent);
    const agent = crew.agents[agentAt];
    const shownAgent = shown.agents[agentAt];
    const shownTask = shown.tasks[position];
    if (agent === undefined || shownAgent === undefined || shownTask === undefined) {
      throw new RunFailure("unknown_agent", `The task "${task.key}" names the agent "${task.agent}", which the crew does not have.`);
    }
    for (const key of task.context ?? []) {
      if (!earlier.has(key)) throw new RunFailure("unknown_context", `The task "${task.key}" reads "${key}", which is no earlier task.`);
    }
    earlier.add(task.key);
    const names = [...new Set(task.tools.length > 0 ? task.tools : agent.tools)];
    return { task, agent, tools: names.map((name) => toolNamed(name, tools, task)), shown: { task: shownTask, agent: shownAgent } };
  });
}

function toolNamed(name: string, tools: readonly EngineTool[], task: Task): EngineTool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined)
    throw new RunFailure("unknown_tool", `The task "${task.key}" uses the tool "${name}", which does not exist here.`);
  return tool;
}
