import { z } from "zod";
import { Agent, AgentInput, ModelName } from "./agents.ts";
import { endpoint } from "./endpoint.ts";
import { CrewId, UserId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunState } from "./run-states.ts";
import { Task, TaskInput } from "./tasks.ts";

export const CrewProcess = z.enum(["sequential"]);
export type CrewProcess = z.infer<typeof CrewProcess>;

/** A document that a run may be given, or that a crew brings as its example: a name and its plain text. */
export const Document = z.strictObject({
  name: z.string().trim().min(1).max(200),
  text: z.string().max(1_000_000),
});
export type Document = z.infer<typeof Document>;

/** A value for a `{placeholder}`; anything that JSON can say. */
export const Inputs = z.record(z.string().max(100), z.json());
export type Inputs = z.infer<typeof Inputs>;

/** What the run form is filled with at first. */
export const CrewExample = z.strictObject({
  inputs: z.record(z.string().max(100), z.string().max(20_000)).default({}),
  documents: z.array(Document).max(4).default([]),
});
export type CrewExample = z.infer<typeof CrewExample>;

const crewFields = {
  name: z.string().trim().min(1).max(80),
  description: z.string().max(2_000),
  process: CrewProcess,
  /** The model of every agent that names none. */
  model: ModelName,
};

/** A whole crew as it is written. Keys must be unique, tasks name existing agents, contexts name earlier tasks. */
export const CrewInput = z
  .strictObject({
    ...crewFields,
    description: crewFields.description.default(""),
    process: crewFields.process.default("sequential"),
    model: crewFields.model.default("demo/extractive"),
    agents: z.array(AgentInput).min(1).max(50),
    tasks: z.array(TaskInput).min(1).max(100),
    example: CrewExample.nullable().default(null),
  })
  .meta({ id: "CrewInput" });
export type CrewInput = z.infer<typeof CrewInput>;

export const Crew = z
  .object({
    id: CrewId,
    ...crewFields,
    agents: z.array(Agent),
    tasks: z.array(Task),
    example: CrewExample.nullable(),
    /** Names of the `{placeholders}` in its texts, in order of appearance: what a run must be given. */
    placeholders: z.array(z.string()),
    /** Grows by one with each change; runs are pinned to the version that they started with. */
    version: z.int(),
    createdBy: UserId.nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Crew" });
export type Crew = z.infer<typeof Crew>;

export const CrewSummary = z
  .object({
    id: CrewId,
    name: crewFields.name,
    description: crewFields.description,
    process: CrewProcess,
    model: crewFields.model,
    agentCount: z.int(),
    taskCount: z.int(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    /** Runs that have not ended. */
    activeRuns: z.int(),
    lastRun: z.object({ id: z.string(), state: RunState, createdAt: z.iso.datetime() }).nullable(),
  })
  .meta({ id: "CrewSummary" });
export type CrewSummary = z.infer<typeof CrewSummary>;

/** What a run executes: the part of a crew that its immutable version keeps. */
export const CrewDefinition = z.object({
  name: crewFields.name,
  process: CrewProcess,
  model: crewFields.model,
  agents: z.array(Agent),
  tasks: z.array(Task),
});
export type CrewDefinition = z.infer<typeof CrewDefinition>;

export const CrewVersion = z
  .object({ crewId: CrewId, version: z.int(), definition: CrewDefinition, createdBy: UserId.nullable(), createdAt: z.iso.datetime() })
  .meta({ id: "CrewVersion" });
export type CrewVersion = z.infer<typeof CrewVersion>;

export const crewParams = z.strictObject({ crewId: CrewId });

export const crewEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/crews",
    tag: "Design",
    summary: "List crews",
    query: PageQuery,
    response: pageOf(CrewSummary),
    status: 200,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/crews/:crewId",
    tag: "Design",
    summary: "Get a whole crew",
    params: crewParams,
    response: Crew,
    status: 200,
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/crews",
    tag: "Design",
    summary: "Create a crew",
    body: CrewInput,
    response: Crew,
    status: 201,
    idempotent: true,
  }),
  update: endpoint({
    method: "PUT",
    path: "/v1/crews/:crewId",
    tag: "Design",
    summary: "Write a whole crew anew; agents and tasks keep their ids by key",
    params: crewParams,
    body: CrewInput,
    response: Crew,
    status: 200,
    conditional: true,
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/crews/:crewId",
    tag: "Design",
    summary: "Delete a crew; its runs stay readable",
    params: crewParams,
    response: z.null(),
    status: 204,
  }),
  versions: endpoint({
    method: "GET",
    path: "/v1/crews/:crewId/versions",
    tag: "Design",
    summary: "List the versions of a crew, newest first",
    params: crewParams,
    query: PageQuery,
    response: pageOf(CrewVersion),
    status: 200,
  }),
} as const;
