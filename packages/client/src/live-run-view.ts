import type { RunEventData } from "@crew/contracts/run-events";
import type { RunCommand } from "@crew/contracts/run-messages";
import type { RunState, WaitReason } from "@crew/contracts/run-states";
import type { GatedCall, ToolClass, UnknownCall } from "@crew/contracts/tools";

/** What a page shows of a run: everything that its events and the text in flight say, and nothing else. */
export interface LiveRunView {
  /** Number of the last event in it. */
  seq: number;
  state: RunState;
  attempt: number;
  startedAt: string | null;
  endedAt: string | null;
  startedBy: string | null;
  crewName: string | null;
  /** In the order of the plan. A chat's answer is one task without a key. */
  tasks: LiveTask[];
  /** Why it waits now. */
  waiting: LiveWait | null;
  approvals: LiveApproval[];
  resumptions: LiveResumption[];
  totals: LiveTotals;
  output: string | null;
  error: LiveFailure | null;
  cancelledBy: string | null;
  /** Text and thinking of calls whose start has not arrived yet, by their streams: the bus may be ahead of the events. */
  early: Record<string, string>;
  /** Which task a task id, a call or a tool call belongs to. */
  places: Record<string, string>;
}

export type LiveTaskState = "pending" | "running" | "waiting" | "succeeded" | "failed" | "cancelled" | "skipped";

export interface LiveTask {
  key: string;
  agentKey: string;
  agentRole: string;
  description: string;
  expectedOutput: string;
  model: string | null;
  tools: string[];
  state: LiveTaskState;
  startedAt: string | null;
  endedAt: string | null;
  items: LiveItem[];
  output: string | null;
  error: LiveFailure | null;
}

export type LiveItem = LiveTurn | LiveTool | LiveNote;

/** One answer of the model; asked again, it stays the same turn. */
export interface LiveTurn {
  kind: "turn";
  id: string;
  turn: number;
  model: string;
  /** The attempt that is shown. */
  callId: string;
  text: string;
  /** What the model thinks before and between that; empty: it tells of nothing. */
  reasoning: string;
  state: "streaming" | "done" | "retrying" | "failed";
  toolCalls: { id: string; name: string; arguments: string }[];
  finishReason: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: string | null;
  durationMs: number | null;
  startedAt: string;
  retries: LiveRetry[];
}

/** An attempt that came to nothing. */
export interface LiveRetry {
  callId: string;
  model: string;
  outcome: string;
  /** Why, where it is known: its worker may have been lost. */
  failure: string | null;
  httpStatus: number | null;
  message: string;
  /** Until the next one, from `at` on. */
  retryInMs: number | null;
  /** The model that was asked after it instead; `null`: the same. */
  turnedTo: string | null;
  /** No other attempt was made after it. */
  isLast: boolean;
  at: string;
}

export interface LiveTool {
  kind: "tool";
  id: string;
  tool: string;
  class: ToolClass;
  arguments: unknown;
  state: "running" | "done" | "failed";
  result: string | null;
  error: LiveFailure | null;
  durationMs: number | null;
  startedAt: string;
  /** Answered from what the tool had said before: nobody was asked. */
  fromCache?: true;
}

export type LiveNote = { kind: "note"; id: string; at: string } & (
  | ({ note: "resumed" } & LiveResumption)
  | ({ note: "waiting" } & LiveWait)
  | ({ note: "fallback" } & RunEventData<"llm_fallback">)
  | ({ note: "provider_wait" } & RunEventData<"provider_wait">)
  | ({ note: "deadline" } & RunEventData<"deadline_reached">)
  | ({ note: "budget" } & RunEventData<"budget_reached">)
  | { note: "steered"; seq: number; by: string; words: string; command: RunCommand; understood: string }
  | { note: "paused"; by: string }
  | { note: "asked"; approvalId: string }
  | { note: "answered"; outcome: string; feedback: string; by: string }
  | { note: "escalated"; to: string }
);

export interface LiveResumption {
  attempt: number;
  atStep: number;
  because: RunEventData<"run_resumed">["because"];
  afterMs: number;
  at: string;
}

export interface LiveWait {
  reason: WaitReason;
  until: string | null;
  detail: string;
}

export interface LiveApproval {
  id: string;
  kind: string;
  taskKey: string | null;
  message: string;
  output: string;
  agentKey?: string | null;
  /** Of a `tool_call`: what an approval lets run; of a `question` the call that asks. */
  call?: GatedCall | null;
  /** Of a `question`. */
  choices?: string[];
  /** Of a `needs_attention`. */
  unknownCall?: UnknownCall | null;
  askedAt: string;
  /** `outcome: "expired"`: nobody answered in time, and `by` is the crew's rule for that. */
  answer: { outcome: string; feedback: string; by: string; at: string } | null;
}

export interface LiveTotals {
  modelCalls: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  /** `null`: the price of at least one call is unknown. */
  costUsd: string | null;
}

export interface LiveFailure {
  code: string;
  message: string;
}

export const EMPTY_LIVE_RUN: LiveRunView = {
  seq: 0,
  state: "queued",
  attempt: 0,
  startedAt: null,
  endedAt: null,
  startedBy: null,
  crewName: null,
  tasks: [],
  waiting: null,
  approvals: [],
  resumptions: [],
  totals: { modelCalls: 0, toolCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: "0" },
  output: null,
  error: null,
  cancelledBy: null,
  early: {},
  places: {},
};

/** Text that a model wrote in a chat belongs to no task of a crew. */
export const CHAT_TASK = "";
