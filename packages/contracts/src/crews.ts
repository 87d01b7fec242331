import { z } from "zod";
import { Agent, AgentInput, MaxExecutionSeconds, ModelName } from "./agents.ts";
import { EgressHost } from "./egress.ts";
import { endpoint } from "./endpoint.ts";
import { CrewId, UserId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { Permission } from "./permissions.ts";
import { RunState } from "./run-states.ts";
import { Task, TaskInput } from "./tasks.ts";
import { ToolName } from "./tools.ts";

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

/** What happens when nobody answers a crew's question in time. */
export const HumanPolicy = z
  .strictObject({
    /** Minutes that a question waits; 30 days at most. */
    deadlineMinutes: z
      .int()
      .min(1)
      .max(30 * 24 * 60),
    /**
     * `fail` ends the run. `continue` takes the draft as it is, and does not allow a tool. `answer` answers with
     * `defaultAnswer`. `escalate` asks `escalateTo` once more for the same time, and then fails.
     */
    onDeadline: z.enum(["fail", "continue", "answer", "escalate"]),
    defaultAnswer: z.string().max(20_000).default(""),
    escalateTo: z.email().max(320).nullable().default(null),
  })
  .refine(({ onDeadline, escalateTo }) => onDeadline !== "escalate" || escalateTo !== null, {
    path: ["escalateTo"],
    message: "is needed to escalate",
  })
  .refine(({ onDeadline, defaultAnswer }) => onDeadline !== "answer" || defaultAnswer.trim() !== "", {
    path: ["defaultAnswer"],
    message: "is needed to answer",
  })
  .meta({ id: "HumanPolicy" });
export type HumanPolicy = z.infer<typeof HumanPolicy>;

const crewFields = {
  name: z.string().trim().min(1).max(80),
  description: z.string().max(2_000),
  process: CrewProcess,
  /** The model of every agent that names none. */
  model: ModelName,
  /** Hosts that its agents may send to although they have read content from outside; any other needs a person's approval. */
  egressHosts: z.array(EgressHost).max(50),
  /** What its agents may do at most with the rights of whoever started the run. `null`: all of that. */
  scopes: z.array(Permission).max(64).nullable(),
  /** Its inputs and texts are confidential, also where no tool of its reads anything of that kind. */
  privateData: z.boolean(),
  /** Whether it remembers what its tasks said, for its later runs. */
  memory: z.boolean(),
  /** Tools of which every call waits for a person's approval. */
  toolApprovals: z.array(ToolName).max(64),
  /** Whether a tool that only reads is asked once for the same arguments, for a while, by all runs of the crew. */
  toolCache: z.boolean(),
  /** `null`: a question waits as long as the run may. */
  humanPolicy: HumanPolicy.nullable(),
  /** Seconds that a run may take in all, waits included; `null`: the workspace's limit. */
  maxExecutionSeconds: MaxExecutionSeconds.nullable(),
};

/** A whole crew as it is written. Keys must be unique, tasks name existing agents, contexts name earlier tasks. */
export const CrewInput = z
  .strictObject({
    ...crewFields,
    description: crewFields.description.default(""),
    process: crewFields.process.default("sequential"),
    model: crewFields.model.default("demo/extractive"),
    egressHosts: crewFields.egressHosts.default([]),
    scopes: crewFields.scopes.default(null),
    privateData: crewFields.privateData.default(false),
    memory: crewFields.memory.default(false),
    toolApprovals: crewFields.toolApprovals.default([]),
    toolCache: crewFields.toolCache.default(false),
    humanPolicy: crewFields.humanPolicy.default(null),
    maxExecutionSeconds: crewFields.maxExecutionSeconds.default(null),
    agents: z.array(AgentInput).min(1).max(50),
    tasks: z.array(TaskInput).min(1).max(100),
    example: CrewExample.nullable().default(null),
  })
  .meta({ id: "CrewInput" });
export type CrewInput = z.infer<typeof CrewInput>;

/**
 * How far a crew can be turned against its owner: what it reads that is confidential, what it reads that strangers may
 * have written, and by which tools and hosts it may send without asking. All three together need an admin's word.
 */
export const CrewContainment = z
  .object({
    privateData: z.array(z.string()),
    untrustedContent: z.array(z.string()),
    openEgress: z.array(z.string()),
    /** It has all three, and nobody has signed this version off: no run of it starts. */
    needsSignOff: z.boolean(),
    signedOff: z.object({ by: z.string(), at: z.iso.datetime() }).nullable(),
  })
  .meta({ id: "CrewContainment" });
export type CrewContainment = z.infer<typeof CrewContainment>;

export const Crew = z
  .object({
    id: CrewId,
    ...crewFields,
    agents: z.array(Agent),
    tasks: z.array(Task),
    example: CrewExample.nullable(),
    /** Names of the `{placeholders}` in its texts, in order of appearance: what a run must be given. */
    placeholders: z.array(z.string()),
    containment: CrewContainment,
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
  egressHosts: crewFields.egressHosts,
  scopes: crewFields.scopes,
  privateData: crewFields.privateData,
  memory: crewFields.memory,
  toolApprovals: crewFields.toolApprovals,
  toolCache: crewFields.toolCache,
  humanPolicy: crewFields.humanPolicy,
  maxExecutionSeconds: crewFields.maxExecutionSeconds,
  agents: z.array(Agent),
  tasks: z.array(Task),
});
export type CrewDefinition = z.infer<typeof CrewDefinition>;

export const CrewVersion = z
  .object({ crewId: CrewId, version: z.int(), definition: CrewDefinition, createdBy: UserId.nullable(), createdAt: z.iso.datetime() })
  .meta({ id: "CrewVersion" });
export type CrewVersion = z.infer<typeof CrewVersion>;

export const SignOffCrew = z.strictObject({
  /** The version that was looked at. */
  version: z.int().min(1),
});
export type SignOffCrew = z.infer<typeof SignOffCrew>;

export const crewParams = z.strictObject({ crewId: CrewId });

export const crewEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/crews",
    tag: "Design",
    summary: "List crews",
    query: PageQuery,
    response: pageOf(CrewSummary),
    cache: { marks: ["crew", "run", "grant"], isShared: true },
    status: 200,
    needs: "crews:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/crews/:crewId",
    tag: "Design",
    summary: "Get a whole crew",
    params: crewParams,
    response: Crew,
    cache: { marks: ["crew", "grant"], isShared: true },
    status: 200,
    needs: "crews:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/crews",
    tag: "Design",
    summary: "Create a crew",
    body: CrewInput,
    response: Crew,
    status: 201,
    needs: "crews:write",
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
    needs: "crews:write",
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
    needs: "crews:write",
  }),
  signOff: endpoint({
    method: "POST",
    path: "/v1/crews/:crewId/containment-sign-off",
    tag: "Security",
    summary: "Let a version run that has private data, untrusted content and open egress; a change of the crew asks again",
    params: crewParams,
    body: SignOffCrew,
    response: Crew,
    status: 200,
    needs: "security:write",
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
    needs: "crews:read",
  }),
} as const;
