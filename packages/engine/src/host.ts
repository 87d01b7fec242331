import type { ApprovalDecision } from "@crew/contracts/approvals";
import type { Document, Inputs } from "@crew/contracts/crews";
import type { RunEventData, RunEventType } from "@crew/contracts/run-events";
import type { ModelReply, ModelRequest } from "./model.ts";
import type { Taint } from "./taint.ts";
import type { EngineTool } from "./tool.ts";

/** Where in a crew something happens; goes onto events. */
export interface Place {
  taskId?: string;
  agentId?: string;
}

/** Of a model call. */
export interface ModelPlace extends Place {
  turn: number;
  /** Asked in this order, where the request's own model gives up; absent: none. */
  fallbackModels?: readonly string[];
  /** Its text is no part of the answer. */
  isAside?: boolean;
}

/** Seconds that a task may take by its own word and by its agent's; `null`: no limit. */
export interface TimeLimits {
  task: number | null;
  agent: number | null;
}

/** The outcome of one tool call as the model will read it. */
export interface ToolOutcome {
  text: string;
  isError: boolean;
  /** The content from outside that is in it; absent: none. */
  taintedBy?: string[];
}

/** What a person has made of a call before it runs: another answer to the model, or other arguments. */
export type Admission = { outcome: ToolOutcome } | { args: Record<string, unknown> };

/** Something that a crew remembers. */
export interface Recollection {
  memoryId: string;
  text: string;
  /** The content from outside that it was made from. */
  taintedBy: string[];
}

/** What a person who answers for the run has said to it. */
export interface Said {
  by: string;
  text: string;
  /** The key of the task that is not to be done; `null`: guidance for whoever works. */
  skips: string | null;
}

/** A call that the model asks for and that fits the tool. */
export interface AskedTool {
  id: string;
  tool: EngineTool;
  args: Record<string, unknown>;
  /** What the agent had read from outside when the model asked. */
  taintedBy: Taint;
}

/**
 * What the engine needs of whoever runs a crew. The worker's host keeps a journal, a ledger and a fence behind these
 * calls; a test's host keeps them in memory. The engine is plain code over it: after a crash it is executed from the
 * start, and every call whose key is in the journal returns what it returned before, at once.
 *
 * Keys are positions (`task:2/turn:3/model`), never counters of what happened to run first.
 */
export interface RunHost {
  readonly inputs: Inputs;
  /** Where the inputs come from when nobody in the workspace wrote them, such as `trigger Shop`; null: who started the run did. */
  readonly inputSource: string | null;
  readonly documents: readonly Document[];
  readonly signal: AbortSignal;

  /** Records an event once for its key, in order. It becomes visible with the next step's commit. */
  emit<T extends RunEventType>(key: string, type: T, data: RunEventData<T>, place?: Place): void;

  /**
   * What was said since it was asked last. `key` is a place where a task or a turn begins; executed again, the same is
   * heard there and nothing else. Parks a run that is to pause. Emits `run_steered`.
   */
  hear(key: string, place: Place): Promise<readonly Said[]>;

  /**
   * One model call: journalled, charged once, retried by class. Emits the `llm_call_*` events itself.
   * Throws `SaidMeanwhile` before anything is sent when `hear` would tell more now.
   */
  callModel(key: string, request: ModelRequest, at: ModelPlace): Promise<ModelReply>;

  /**
   * Before anything of a turn is run, asked call by call: `null` lets it run. A call that needs a person's word parks the
   * run until there is one; an outcome is told to the model in place of the call's.
   */
  admitTool(key: string, call: AskedTool, place: Place): Promise<Admission | null>;

  /** One tool call by its class's rule. Failures of the tool are outcomes, not exceptions. Emits `tool_usage_*`. */
  callTool(key: string, call: AskedTool, place: Place): Promise<ToolOutcome>;

  /**
   * A task begins that may take so many seconds at most; `at` is the prefix of its keys. Over that its calls fail with
   * the code `deadline`. Ends with what is returned.
   */
  limitTime(at: string, limits: TimeLimits, place: Place): Disposable;

  /** Parks the run until a person has answered. Emits `human_feedback_*`. */
  askPerson(
    key: string,
    question: { taskKey: string; message: string; output: string },
    place: Place,
  ): Promise<{ decision: ApprovalDecision; feedback: string; output?: string }>;

  /** What the crew remembers of earlier runs that fits these words best; journalled. Emits `memory_query_completed`. */
  recall(key: string, words: string, place: Place): Promise<readonly Recollection[]>;

  /**
   * Keeps a task's output, also in the memory of a crew that has one; part of the same commit as the next step. Emits
   * `task_completed` and `memory_save_completed`, or `task_skipped` for one that a person did not want done.
   */
  completeTask(
    key: string,
    output: { position: number; taskKey: string; agentKey: string; text: string; json: unknown; taintedBy: Taint; skippedBy?: string },
    place: Required<Place>,
  ): void;
}

/** The run cannot go on, for a reason that a person can read. Ends it as `failed` with this code. */
export class RunFailure extends Error {
  override name = "RunFailure";
  readonly code: string;
  /** Of an answer that failed as a whole: what was said, to be kept. Absent: whatever the last call has said. */
  readonly said: string | undefined;
  constructor(code: string, message: string, options?: ErrorOptions & { said?: string }) {
    super(message, options);
    this.code = code;
    this.said = options?.said;
  }
}
