import { z } from "zod";
import { MaxExecutionSeconds } from "./agents.ts";
import { crewParams, Document, Inputs } from "./crews.ts";
import { DeadLetterState } from "./dead-letters.ts";
import { endpoint } from "./endpoint.ts";
import { AgentId, AttemptId, ConversationId, CrewId, DeadLetterId, RunId, TaskId, UserId } from "./ids.ts";
import { listOf, PageQuery, pageOf } from "./page.ts";
import { RunPriority } from "./queue-limits.ts";
import { RunEvent } from "./run-events.ts";
import { RunKind, RunState, WaitReason } from "./run-states.ts";

/** A sum of money in US dollars as a decimal string, never a float. */
export const Usd = z.string().regex(/^\d+(\.\d+)?$/);

export const RunTotals = z.object({
  modelCalls: z.int(),
  toolCalls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  /** `null`: at least one call was made with a model whose price is unknown. */
  costUsd: Usd.nullable(),
});
export type RunTotals = z.infer<typeof RunTotals>;

export const RunError = z.object({ code: z.string(), message: z.string() });
export type RunError = z.infer<typeof RunError>;

/** Who or what started a run. */
export const RunStarter = z.object({
  kind: z.enum(["user", "api_key", "oauth_client", "chat", "schedule", "trigger"]),
  userId: UserId.nullable(),
  /** The person's or the key's name at that time. */
  name: z.string(),
});
export type RunStarter = z.infer<typeof RunStarter>;

export const Run = z
  .object({
    id: RunId,
    kind: RunKind,
    crewId: CrewId.nullable(),
    /** Name of the crew in the version that runs; of a chat, its title. */
    crewName: z.string(),
    crewVersion: z.int().nullable(),
    conversationId: ConversationId.nullable(),
    state: RunState,
    reason: WaitReason.nullable(),
    inputs: Inputs,
    /** Among the waiting runs of the workspace the higher goes first. */
    priority: z.int(),
    /** When it ends at the latest, waits included; `null`: no limit. */
    deadlineAt: z.iso.datetime().nullable(),
    /** How often a worker has taken it up. */
    attempt: z.int(),
    totals: RunTotals,
    /** Steps known to be done, and tasks done of tasks known. */
    progress: z.object({ stepsDone: z.int(), tasksDone: z.int(), tasksTotal: z.int() }),
    /** Final text of a run that succeeded. */
    output: z.string().nullable(),
    error: RunError.nullable(),
    startedBy: RunStarter,
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Run" });
export type Run = z.infer<typeof Run>;

export const StartRun = z
  .strictObject({
    inputs: Inputs.default({}),
    /** Texts that `read_document` reads; together at most 4 MB. */
    documents: z.array(Document).max(20).default([]),
    /** Absent: the crew's. */
    priority: RunPriority.optional(),
    /** Seconds that it may take in all, waits included. Absent: what the crew says, else the workspace. */
    maxExecutionSeconds: MaxExecutionSeconds.optional(),
  })
  .meta({ id: "StartRun" });
export type StartRun = z.infer<typeof StartRun>;

export const TaskOutput = z
  .object({
    taskId: TaskId,
    taskKey: z.string(),
    agentId: AgentId,
    agentKey: z.string(),
    text: z.string(),
    json: z.json().nullable(),
    files: z.array(z.object({ name: z.string(), text: z.string() })),
    /** The content from outside that it was made from; empty: none. */
    taintedBy: z.array(z.string()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "TaskOutput" });
export type TaskOutput = z.infer<typeof TaskOutput>;

/** `pending`: sent or about to be. `ambiguous`: nobody knows whether the provider did it. `not_sent`: it never left. */
export const AttemptOutcome = z.enum(["pending", "completed", "failed", "truncated", "ambiguous", "not_sent"]);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

/** Why an attempt failed; decides whether and when another is made. */
export const AttemptFailure = z.enum([
  "connection",
  "rate_limited",
  "server_error",
  "silent",
  "truncated",
  "malformed",
  "rejected",
  "aborted",
]);
export type AttemptFailure = z.infer<typeof AttemptFailure>;

/** One HTTP attempt to a model, written before it is sent. */
export const CallAttempt = z
  .object({
    attemptId: AttemptId,
    stepKey: z.string(),
    provider: z.string(),
    model: z.string(),
    outcome: AttemptOutcome,
    /** `null`: it has not failed, or its worker was lost. */
    failure: AttemptFailure.nullable(),
    /** The provider's words, redacted. */
    error: z.string().nullable(),
    httpStatus: z.int().nullable(),
    /** After a failure: how long until it was made again; `null`: it was not. */
    retryInMs: z.int().nullable(),
    inputTokens: z.int().nullable(),
    outputTokens: z.int().nullable(),
    costUsd: Usd.nullable(),
    /** Tokens and cost are a guess: the call was cut, or the provider has not told them. */
    isEstimated: z.boolean(),
    sentAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "CallAttempt" });
export type CallAttempt = z.infer<typeof CallAttempt>;

/** Text of one model call in flight: what a reader who joins late has missed. */
export const LiveCall = z.object({ callId: z.string(), text: z.string() });
export type LiveCall = z.infer<typeof LiveCall>;

/** `redrive_of`: it continues that run, which had become a dead letter. */
export const RunLinkKind = z.enum(["redrive_of"]);
export type RunLinkKind = z.infer<typeof RunLinkKind>;

export const RunLinks = z
  .object({
    /** What this run is of others. */
    links: z.array(z.object({ kind: RunLinkKind, runId: RunId })),
    /** What others are of this run. */
    linkedBy: z.array(z.object({ kind: RunLinkKind, runId: RunId })),
    /** Where a run that failed can be redriven; null for who may not see dead letters. */
    deadLetter: z.object({ id: DeadLetterId, state: DeadLetterState }).nullable(),
  })
  .meta({ id: "RunLinks" });
export type RunLinks = z.infer<typeof RunLinks>;

export const runParams = z.strictObject({ runId: RunId });

export const CancelAllRuns = z.strictObject({
  /** Only this crew's runs; `null`: every run of the workspace. */
  crewId: CrewId.nullable().default(null),
});
export type CancelAllRuns = z.infer<typeof CancelAllRuns>;

export const RunListQuery = PageQuery.extend({
  crewId: CrewId.optional(),
  state: RunState.optional(),
  kind: RunKind.optional(),
});
export type RunListQuery = z.infer<typeof RunListQuery>;

export const EventsQuery = z.strictObject({
  /** Sequence number of the last event that the caller has. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

export const runEndpoints = {
  start: endpoint({
    method: "POST",
    path: "/v1/crews/:crewId/runs",
    tag: "Run",
    summary: "Start a run",
    params: crewParams,
    body: StartRun,
    response: Run,
    status: 202,
    needs: "runs:start",
    idempotent: true,
    bodyLimitBytes: 6 * 1024 * 1024,
  }),
  list: endpoint({
    method: "GET",
    path: "/v1/runs",
    tag: "Run",
    summary: "List runs, newest first",
    query: RunListQuery,
    response: pageOf(Run),
    status: 200,
    needs: "runs:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/runs/:runId",
    tag: "Run",
    summary: "Get a run",
    params: runParams,
    response: Run,
    cache: { marks: ["ended_run", "grant"], isShared: true, keptWith: "endedAt" },
    status: 200,
    needs: "runs:read",
  }),
  events: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/events",
    tag: "Run",
    summary: "Read a run's events; with Accept: text/event-stream they are followed live",
    params: runParams,
    query: EventsQuery,
    response: z.object({ data: z.array(RunEvent), nextAfter: z.int() }),
    status: 200,
    needs: "runs:read",
  }),
  outputs: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/outputs",
    tag: "Run",
    summary: "List the outputs of a run's tasks",
    params: runParams,
    response: listOf(TaskOutput),
    status: 200,
    needs: "runs:read",
  }),
  ledger: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/ledger",
    tag: "Run",
    summary: "List every attempt to call a model, with what it cost",
    params: runParams,
    query: PageQuery,
    response: pageOf(CallAttempt),
    status: 200,
    needs: "runs:read",
  }),
  definition: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/definition",
    tag: "Run",
    summary: "The crew version, inputs and names of the documents that a run was started with",
    params: runParams,
    response: z.object({
      definition: z.unknown(),
      inputs: Inputs,
      documents: z.array(z.object({ name: z.string(), characters: z.int() })),
    }),
    status: 200,
    needs: "runs:read",
  }),
  links: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/links",
    tag: "Run",
    summary: "The runs that a run continues or is continued by, and its dead letter",
    params: runParams,
    response: RunLinks,
    status: 200,
    needs: "runs:read",
  }),
  cancel: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/cancel",
    tag: "Run",
    summary: "Stop a run",
    params: runParams,
    body: z.strictObject({}).default({}),
    response: Run,
    status: 202,
    needs: "runs:cancel",
  }),
  cancelAll: endpoint({
    method: "POST",
    path: "/v1/runs/cancel-all",
    tag: "Run",
    summary: "Stop every run of the workspace, or of one crew, at once",
    body: CancelAllRuns,
    /** `ended`: those that nobody worked on; `stopping`: those whose worker was told. */
    response: z.object({ ended: z.int(), stopping: z.int() }),
    status: 202,
    needs: "runs:cancel",
  }),
} as const;
