import { z } from "zod";
import { RunState } from "./run-states.ts";

/** Longest text of an output or a message that an event carries; the whole is read with its id. */
export const MAX_EVENT_TEXT = 4_000;

const totals = z.object({
  modelCalls: z.int(),
  toolCalls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  /** US dollars as a decimal string; `null`: a price was unknown. */
  costUsd: z.string().nullable(),
});
const failure = z.object({ code: z.string(), message: z.string() });
const crew = z.object({ crewId: z.string(), crewName: z.string(), version: z.int() });
const run = z.object({
  runId: z.string(),
  crewId: z.string().nullable(),
  crewName: z.string(),
  /** The run's state right after the event. */
  state: RunState,
});
const approval = run.extend({
  approvalId: z.string(),
  kind: z.string(),
  taskKey: z.string().nullable(),
  /** Of a call that waits for leave. */
  tool: z.string().nullable(),
});
const budget = z.object({
  budgetId: z.string(),
  name: z.string(),
  measure: z.string(),
  limit: z.string(),
  used: z.string(),
  runId: z.string().nullable(),
});

/**
 * What webhooks are told, each as `{type, timestamp, data}`. Small on purpose: ids, names, states and short texts; never a
 * secret, never a run's inputs or documents. Fields may be added, none goes.
 */
export const WEBHOOK_EVENT_DATA = {
  /** A worker has taken the run up for the first time. Runs are those of crews; answers in conversations are not told. */
  "run.started": run,
  "run.succeeded": run.extend({ totals, output: z.string(), isOutputCut: z.boolean() }),
  "run.failed": run.extend({ totals, error: failure }),
  "run.cancelled": run.extend({ totals, by: z.string() }),
  /** The run holds no worker until what `reason` says has happened; `until`: it goes on by itself. */
  "run.waiting": run.extend({ reason: z.string(), detail: z.string(), until: z.string().nullable() }),
  "task.completed": run.extend({ taskKey: z.string(), agentKey: z.string(), output: z.string(), isOutputCut: z.boolean() }),
  "approval.requested": approval.extend({ message: z.string() }),
  "approval.decided": approval.extend({ decision: z.string(), by: z.string() }),
  "budget.warning": budget.extend({ percent: z.int() }),
  "budget.reached": budget.extend({ action: z.string() }),
  "schedule.failed": z.object({
    scheduleId: z.string(),
    name: z.string(),
    crewId: z.string().nullable(),
    dueAt: z.string(),
    error: z.string(),
  }),
  "dead_letter.created": z.object({
    letterId: z.string(),
    /** `run` or `job`. */
    kind: z.string(),
    runId: z.string().nullable(),
    crewId: z.string().nullable(),
    name: z.string(),
    error: failure,
  }),
  "crew.created": crew,
  "crew.updated": crew,
  "crew.deleted": crew,
} as const;

export type WebhookEventType = keyof typeof WEBHOOK_EVENT_DATA;
export type WebhookEventData<T extends WebhookEventType> = z.input<(typeof WEBHOOK_EVENT_DATA)[T]>;

/** One of them with its data. Besides these there are `security.…`, whose kinds grow with the platform, and `webhook.test`. */
export type WebhookEvent = { [T in WebhookEventType]: { type: T; data: WebhookEventData<T> } }[WebhookEventType];
