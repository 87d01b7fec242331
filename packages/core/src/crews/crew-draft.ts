import type { Crew, CrewContainment, CrewDefinition, CrewInput } from "@crew/contracts/crews";
import { placeholdersOfCrew } from "@crew/engine/interpolate";
import type { System } from "../system.ts";
import { containmentOf } from "./crew-containment.ts";

/** A crew as it will be kept: what a person wrote, with the ids of its agents and tasks. */
export type CrewDraft = Pick<Crew, keyof CrewDefinition | "description" | "example">;

/** Agents and tasks keep their id by key, so that a crew that is written anew keeps the history of its parts. */
export function draftCrew(ctx: Pick<System, "newId">, input: CrewInput, previous?: CrewDraft): CrewDraft {
  const agentIds = new Map(previous?.agents.map((agent) => [agent.key, agent.id]));
  const taskIds = new Map(previous?.tasks.map((task) => [task.key, task.id]));
  return {
    ...input,
    agents: input.agents.map((agent) => ({ id: agentIds.get(agent.key) ?? ctx.newId("agent"), ...agent })),
    tasks: input.tasks.map((task) => ({ id: taskIds.get(task.key) ?? ctx.newId("task"), ...task })),
  };
}

/** What a run executes. */
export function definitionOf(draft: CrewDraft): CrewDefinition {
  const { name, process, model, egressHosts, scopes, privateData, memory, agents, tasks } = draft;
  const { toolApprovals, toolCache, humanPolicy, maxExecutionSeconds } = draft;
  return {
    ...{ name, process, model, egressHosts, scopes, privateData, memory },
    ...{ toolApprovals, toolCache, humanPolicy, maxExecutionSeconds },
    agents,
    tasks,
  };
}

/** What crews, agents and tasks have that says nothing about them: what a version from before the field was there gets. */
const CREW_DEFAULTS = {
  egressHosts: [],
  scopes: null,
  privateData: false,
  memory: false,
  toolApprovals: [],
  toolCache: false,
  humanPolicy: null,
  maxExecutionSeconds: null,
};
const AGENT_DEFAULTS = { fallbackModels: [], maxExecutionSeconds: null };
const TASK_DEFAULTS = { maxExecutionSeconds: null };

/** A definition as its version keeps it: one from before a field was there has that field's default. */
export function storedDefinition(kept: CrewDefinition): CrewDefinition {
  return {
    ...CREW_DEFAULTS,
    ...kept,
    agents: kept.agents.map((agent) => ({ ...AGENT_DEFAULTS, ...agent })),
    tasks: kept.tasks.map((task) => ({ ...TASK_DEFAULTS, ...task })),
  };
}

type Kept = Pick<Crew, "id" | "version" | "createdBy" | "createdAt" | "updatedAt">;

/** The crew as it is shown. */
export function crewOf(draft: CrewDraft, kept: Kept, signedOff: CrewContainment["signedOff"] = null): Crew {
  const { description, example } = draft;
  const { id, version, createdBy, createdAt, updatedAt } = kept;
  const placeholders = placeholdersOfCrew(draft);
  const containment = containmentOf(draft, signedOff);
  return { id, ...definitionOf(draft), description, example, placeholders, containment, version, createdBy, createdAt, updatedAt };
}
