import type { Crew, CrewContainment, CrewDefinition, CrewInput } from "@crew/contracts/crews";
import { placeholdersOfCrew } from "@crew/engine/interpolate";
import type { System } from "../system.ts";
import { containmentOf } from "./crew-containment.ts";

/** A crew as it will be kept: what a person wrote, with the ids of its agents and tasks. */
export type CrewDraft = Pick<
  Crew,
  "name" | "description" | "process" | "model" | "egressHosts" | "scopes" | "privateData" | "memory" | "agents" | "tasks" | "example"
>;

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
export function definitionOf({ name, process, model, egressHosts, scopes, privateData, memory, agents, tasks }: CrewDraft): CrewDefinition {
  return { name, process, model, egressHosts, scopes, privateData, memory, agents, tasks };
}

/** A definition as its version keeps it: one from before a field was there has that field's default. */
export function storedDefinition(kept: CrewDefinition): CrewDefinition {
  return { ...{ egressHosts: [], scopes: null, privateData: false, memory: false }, ...kept };
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
