import { z } from "zod";
import { Inputs } from "./crews.ts";
import { endpoint } from "./endpoint.ts";
import { CrewId, DeadLetterId, RunId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunEvent } from "./run-events.ts";

/** As many letters are redriven or discarded with one request at most. */
export const MAX_LETTERS_AT_ONCE = 100;

/**
 * The failures that a run's surroundings have caused, and which may be over: such a run becomes a dead letter, which can be
 * redriven. What the crew itself, a person or a limit has decided is not among them: trying again would end the same way.
 */
export const DEAD_RUN_CODES = [
  "attempts_exhausted",
  "internal",
  "unavailable",
  "journal_mismatch",
  "crew_missing",
  /** The workspace has no such model any more. */
  "invalid",
  "model_connection",
  "model_rate_limited",
  "model_server_error",
  "model_silent",
  "model_truncated",
  "model_malformed",
  "model_rejected",
] as const;

/** Of jobs: `job_failed` by its own error, `job_lost` with its worker or for its time limit. */
export const DEAD_JOB_CODES = ["job_failed", "job_lost"] as const;

export const DeadLetterCode = z.enum([...DEAD_RUN_CODES, ...DEAD_JOB_CODES]);
export type DeadLetterCode = z.infer<typeof DeadLetterCode>;

export const DeadLetterKind = z.enum(["run", "job"]);
export type DeadLetterKind = z.infer<typeof DeadLetterKind>;

/** `redriven`: sent on its way again; `discarded`: given up, with a reason. */
export const DeadLetterState = z.enum(["open", "redriven", "discarded"]);
export type DeadLetterState = z.infer<typeof DeadLetterState>;

export const DeadLetter = z
  .object({
    id: DeadLetterId,
    kind: DeadLetterKind,
    /** The run that failed; of a job null. */
    runId: RunId.nullable(),
    crewId: CrewId.nullable(),
    jobName: z.string().nullable(),
    /** Name of the crew, or what the job does. */
    title: z.string(),
    code: z.string(),
    message: z.string(),
    /** How often it was tried. */
    attempts: z.int(),
    state: DeadLetterState,
    /** The run that continues it. */
    redrivenRunId: RunId.nullable(),
    /** Why it was discarded. */
    reason: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    resolvedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetter = z.infer<typeof DeadLetter>;

export const DeadLetterDetail = DeadLetter.extend({
  /** The worker process that gave it up. */
  worker: z.object({ host: z.string(), pid: z.int() }).nullable(),
  /** Worker processes that died while they had it, the last ones. */
  lostWorkers: z.array(z.string()),
  /** Of a run: its last events, oldest first. */
  events: z.array(RunEvent),
  inputs: Inputs.nullable(),
  documents: z.array(z.object({ name: z.string(), characters: z.int() })),
  /** Of a job: what it was to do, without secrets. */
  payload: z.record(z.string(), z.unknown()).nullable(),
  /** Why it cannot be redriven; null where it can. */
  notRedrivable: z.string().nullable(),
}).meta({ id: "DeadLetterDetail" });
export type DeadLetterDetail = z.infer<typeof DeadLetterDetail>;

export const DeadLetterListQuery = PageQuery.extend({
  state: DeadLetterState.optional(),
  kind: DeadLetterKind.optional(),
  crewId: CrewId.optional(),
  code: DeadLetterCode.optional(),
});
export type DeadLetterListQuery = z.infer<typeof DeadLetterListQuery>;

const ids = z.array(DeadLetterId).min(1).max(MAX_LETTERS_AT_ONCE);

/** Chosen ones, or the oldest open ones of a crew. */
export const RedriveDeadLetters = z.union([z.strictObject({ ids }), z.strictObject({ crewId: CrewId })]);
export type RedriveDeadLetters = z.infer<typeof RedriveDeadLetters>;

const reason = z.string().trim().min(1).max(500);

export const DiscardDeadLetter = z.strictObject({ reason });
export type DiscardDeadLetter = z.infer<typeof DiscardDeadLetter>;

export const DiscardDeadLetters = z.union([z.strictObject({ ids, reason }), z.strictObject({ crewId: CrewId, reason })]);
export type DiscardDeadLetters = z.infer<typeof DiscardDeadLetters>;

export const RedrivenDeadLetters = z
  .object({
    redriven: z.array(z.object({ id: DeadLetterId, runId: RunId.nullable() })),
    /** Left as they were, and why. */
    skipped: z.array(z.object({ id: DeadLetterId, message: z.string() })),
    /** Open ones of the crew beyond those: ask once more. */
    remaining: z.int(),
  })
  .meta({ id: "RedrivenDeadLetters" });
export type RedrivenDeadLetters = z.infer<typeof RedrivenDeadLetters>;

const letterParams = z.strictObject({ letterId: DeadLetterId });

export const deadLetterEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/dead-letters",
    tag: "Operate",
    summary: "List the runs and jobs that could not be finished, newest first",
    query: DeadLetterListQuery,
    response: pageOf(DeadLetter),
    needs: "dead-letters:read",
    status: 200,
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/dead-letters/:letterId",
    tag: "Operate",
    summary: "Get a dead letter with its last events and what it was to do",
    params: letterParams,
    response: DeadLetterDetail,
    needs: "dead-letters:read",
    status: 200,
  }),
  redrive: endpoint({
    method: "POST",
    path: "/v1/dead-letters/:letterId/redrive",
    tag: "Operate",
    summary: "Go on where it stopped: a new run continues the old one, a job is sent anew",
    params: letterParams,
    body: z.strictObject({}).default({}),
    response: DeadLetter,
    needs: "dead-letters:write",
    status: 202,
  }),
  redriveMany: endpoint({
    method: "POST",
    path: "/v1/dead-letters/redrive",
    tag: "Operate",
    summary: "Redrive chosen dead letters, or up to 100 of a crew",
    body: RedriveDeadLetters,
    response: RedrivenDeadLetters,
    needs: "dead-letters:write",
    status: 202,
  }),
  discard: endpoint({
    method: "POST",
    path: "/v1/dead-letters/:letterId/discard",
    tag: "Operate",
    summary: "Give a dead letter up; it stays in the list with the reason",
    params: letterParams,
    body: DiscardDeadLetter,
    response: DeadLetter,
    needs: "dead-letters:write",
    status: 200,
  }),
  discardMany: endpoint({
    method: "POST",
    path: "/v1/dead-letters/discard",
    tag: "Operate",
    summary: "Give chosen dead letters up, or up to 100 of a crew",
    body: DiscardDeadLetters,
    response: z.object({ discarded: z.int(), remaining: z.int() }),
    needs: "dead-letters:write",
    status: 200,
  }),
} as const;
