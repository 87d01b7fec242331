import { z } from "zod";
import { AgentId, RunId, TaskId } from "./ids.ts";
import { RunCommand } from "./run-messages.ts";
import { WaitReason } from "./run-states.ts";
import { GatedCall, ToolClass, UnknownCall } from "./tools.ts";

/** `told`: the provider has refused calls for now. */
export const WaitForTurn = z.enum(["requests", "tokens", "concurrency", "told"]);
export type WaitForTurn = z.infer<typeof WaitForTurn>;

const usage = z.object({ inputTokens: z.int().nullable(), outputTokens: z.int().nullable() });
const failure = z.object({ code: z.string(), message: z.string() });
/** Whether content from outside is in it, and whence. Events of before this was kept have neither. */
const taint = { tainted: z.boolean().optional(), taintedBy: z.array(z.string()).optional() };
const toolCall = z.object({ id: z.string(), name: z.string(), arguments: z.string() });

/**
 * What each type of event carries in `data`. Type words are CrewAI's own where it has one; `run_*`,
 * `attempt_restarted` and `conversation_*` beyond CrewAI's are ours.
 */
export const RUN_EVENT_DATA = {
  run_queued: z.object({ startedBy: z.string() }),
  crew_kickoff_started: z.object({
    crewName: z.string(),
    tasks: z.array(z.object({ key: z.string(), agentKey: z.string(), agentRole: z.string() })),
  }),
  /** A worker took the run up again. `atStep` is the count of steps already done, none of which is repeated. */
  run_resumed: z.object({
    attempt: z.int(),
    atStep: z.int(),
    because: z.enum(["worker_lost", "drained", "answered", "timer", "budget_raised", "redriven", "unpaused"]),
    /** Time without an owner in milliseconds. */
    afterMs: z.int(),
  }),
  /** A turn has seen what a person has said to the run; `understood` is the command in words. */
  run_steered: z.object({ seq: z.int(), by: z.string(), text: z.string(), command: RunCommand, understood: z.string() }),
  /** `run_waiting` follows. */
  run_paused: z.object({ by: z.string() }),
  run_waiting: z.object({ reason: WaitReason, until: z.iso.datetime().nullable(), detail: z.string() }),
  task_started: z.object({
    taskKey: z.string(),
    agentKey: z.string(),
    agentRole: z.string(),
    description: z.string(),
    expectedOutput: z.string(),
  }),
  agent_execution_started: z.object({ agentKey: z.string(), agentRole: z.string(), model: z.string(), tools: z.array(z.string()) }),
  /** `callId` names one attempt; deltas carry it too. */
  llm_call_started: z.object({ callId: z.string(), stepKey: z.string(), turn: z.int(), model: z.string() }),
  llm_call_completed: z.object({
    callId: z.string(),
    stepKey: z.string(),
    turn: z.int(),
    text: z.string(),
    /** What the model thought, as far as its provider tells; no part of the text. Absent: nothing. */
    reasoning: z.string().optional(),
    toolCalls: z.array(toolCall),
    finishReason: z.string(),
    usage,
    costUsd: z.string().nullable(),
    durationMs: z.int(),
  }),
  llm_call_failed: z.object({
    callId: z.string(),
    stepKey: z.string(),
    turn: z.int(),
    outcome: z.string(),
    error: failure,
    httpStatus: z.int().nullable().optional(),
    retryInMs: z.int().nullable(),
  }),
  /** The text shown for `callId` is void: the call was cut and is made again under another id. */
  attempt_restarted: z.object({ callId: z.string(), stepKey: z.string(), outcome: z.string() }),
  /** Another model is asked from here on, since `from` could not answer. */
  llm_fallback: z.object({ stepKey: z.string(), from: z.string(), to: z.string(), because: z.string() }),
  /** A call waits its turn: the provider allows no more requests or tokens for now. Told for waits of a second or more. */
  provider_wait: z.object({ stepKey: z.string(), provider: z.string(), ms: z.int(), because: WaitForTurn }),
  /** A limit of time is over; what it was set for ends with `deadline`. */
  deadline_reached: z.object({ scope: z.enum(["run", "task", "agent"]), seconds: z.int() }),
  /** A budget has no room for the next call. */
  budget_reached: z.object({
    budgetId: z.string(),
    name: z.string(),
    measure: z.string(),
    limit: z.string(),
    used: z.string(),
    action: z.enum(["stop", "park"]),
  }),
  tool_usage_started: z.object({ toolCallId: z.string(), stepKey: z.string(), tool: z.string(), class: ToolClass, arguments: z.unknown() }),
  tool_usage_finished: z.object({
    toolCallId: z.string(),
    stepKey: z.string(),
    tool: z.string(),
    result: z.string(),
    durationMs: z.int(),
    /** The tool was asked before with the same arguments, and its result kept. */
    fromCache: z.boolean().optional(),
    ...taint,
  }),
  tool_usage_error: z.object({
    toolCallId: z.string(),
    stepKey: z.string(),
    tool: z.string(),
    error: failure,
    durationMs: z.int(),
    ...taint,
  }),
  agent_execution_completed: z.object({ agentKey: z.string() }),
  task_completed: z.object({ taskKey: z.string(), agentKey: z.string(), output: z.string(), ...taint }),
  /** A person did not want it done; `output` says so to later tasks. */
  task_skipped: z.object({ taskKey: z.string(), agentKey: z.string(), by: z.string(), output: z.string() }),
  task_failed: z.object({ taskKey: z.string(), error: failure }),
  /** What a crew remembers of the task's words, before its agent begins. */
  memory_query_completed: z.object({
    query: z.string(),
    results: z.array(z.object({ memoryId: z.string(), tainted: z.boolean() })),
    durationMs: z.int(),
  }),
  memory_save_completed: z.object({ memoryId: z.string(), taskKey: z.string(), ...taint }),
  human_feedback_requested: z.object({
    approvalId: z.string(),
    kind: z.string(),
    taskKey: z.string().nullable(),
    message: z.string(),
    output: z.string(),
    agentKey: z.string().nullable().optional(),
    /** Of a `tool_call`: what an approval lets run; of a `question` the call that asks. */
    call: GatedCall.nullable().optional(),
    /** Of a `question`: what the agent offers. */
    choices: z.array(z.string()).optional(),
    /** Of a `needs_attention`. */
    unknownCall: UnknownCall.nullable().optional(),
  }),
  human_feedback_received: z.object({
    approvalId: z.string(),
    outcome: z.string(),
    feedback: z.string(),
    by: z.string(),
    /** What the person has put in the draft's place, and in that of the call's arguments. */
    output: z.string().optional(),
    arguments: z.record(z.string(), z.unknown()).optional(),
  }),
  /** Nobody has answered in time: somebody else is asked too. */
  human_feedback_escalated: z.object({ approvalId: z.string(), to: z.string() }),
  /** Nobody has answered in time; what the crew says to that was done. */
  human_feedback_expired: z.object({ approvalId: z.string(), action: z.string() }),
  conversation_turn_started: z.object({ conversationId: z.string(), messageId: z.string(), model: z.string() }),
  conversation_turn_completed: z.object({ conversationId: z.string(), messageId: z.string() }),
  conversation_turn_failed: z.object({ conversationId: z.string(), messageId: z.string(), error: failure }),
  crew_kickoff_completed: z.object({ output: z.string() }),
  crew_kickoff_failed: z.object({ error: failure }),
  run_cancelled: z.object({ by: z.string() }),
} as const;

export type RunEventType = keyof typeof RUN_EVENT_DATA;
export type RunEventData<T extends RunEventType> = z.infer<(typeof RUN_EVENT_DATA)[T]>;

export const RunEventType = z.enum(Object.keys(RUN_EVENT_DATA) as [RunEventType]);

/** The events after which nothing follows. */
export const TERMINAL_EVENTS: readonly RunEventType[] = [
  "crew_kickoff_completed",
  "crew_kickoff_failed",
  "conversation_turn_completed",
  "conversation_turn_failed",
  "run_cancelled",
];

/** A stored event; `seq` numbers the events of one run from 1 without gaps. */
export const RunEvent = z
  .object({
    seq: z.int(),
    type: RunEventType,
    at: z.iso.datetime(),
    runId: RunId,
    taskId: TaskId.nullable(),
    agentId: AgentId.nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "RunEvent" });
export type RunEvent = z.infer<typeof RunEvent>;

/** A `RunEvent` whose type is known to the compiler; `switch (event.type)` narrows `data`. */
export type KnownRunEvent = { [T in RunEventType]: Omit<RunEvent, "type" | "data"> & { type: T; data: RunEventData<T> } }[RunEventType];
