import type { Document, Inputs } from "@crew/contracts/crews";
import type { RunEventType } from "@crew/contracts/run-events";
import type { Admission, AskedTool, Place, Recollection, RunHost, Said, ToolOutcome } from "./host.ts";
import type { ModelReply, ModelRequest } from "./model.ts";
import { reasoningText } from "./reasoning.ts";
import { sourceOf } from "./taint.ts";
import type { FetchedText, ToolContext } from "./tool.ts";

/** What survives a crash of a `MemoryHost`: hand the same one to the next host to carry the run on. */
export class MemoryJournal {
  readonly steps = new Map<string, unknown>();
  readonly events: { key: string; type: RunEventType; data: unknown; place: Place }[] = [];
  readonly outputs = new Map<string, Parameters<RunHost["completeTask"]>[1]>();
  commits = 0;
}

/** Thrown into the engine where a real process would be gone. */
export class SimulatedCrash extends Error {
  override name = "SimulatedCrash";
}

export interface MemoryHostOptions {
  model: (request: ModelRequest, key: string) => ModelReply | Promise<ModelReply>;
  inputs?: Inputs;
  inputSource?: string;
  documents?: readonly Document[];
  journal?: MemoryJournal;
  /** Answers of the person, by the key of the question. */
  person?: (key: string, question: Parameters<RunHost["askPerson"]>[1]) => Awaited<ReturnType<RunHost["askPerson"]>>;
  fetchText?: (url: string) => Promise<FetchedText>;
  postJson?: ToolContext["postJson"];
  /** Asked for each call before it runs; an outcome is told to the model in its place. */
  admit?: (key: string, call: AskedTool) => Admission | null;
  /** What people say to the run where a task or a turn begins, by the key of that place. */
  said?: (key: string) => Said[];
  /** What a crew with memory remembers, by the words of the task. */
  recall?: (words: string) => Recollection[];
  now?: () => Date;
  signal?: AbortSignal;
  /** The process dies right after this many commits of the journal, counted over all its hosts. */
  crashAfterCommits?: number;
}

/** A `RunHost` that keeps its journal in memory: for tests, and for trying a crew without a database. */
export class MemoryHost implements RunHost {
  readonly inputs: Inputs;
  readonly inputSource: string | null;
  readonly documents: readonly Document[];
  readonly signal: AbortSignal;
  readonly journal: MemoryJournal;
  /** Keys in the order in which the engine asked for them in this execution. */
  readonly asked: string[] = [];
  /** Keys of the steps that this execution really did. */
  readonly executed: string[] = [];
  readonly #options: MemoryHostOptions;
  #pending: (() => void)[] = [];
  #isDead = false;

  constructor(options: MemoryHostOptions) {
    this.#options = options;
    this.inputs = options.inputs ?? {};
    this.inputSource = options.inputSource ?? null;
    this.documents = options.documents ?? [];
    this.signal = options.signal ?? new AbortController().signal;
    this.journal = options.journal ?? new MemoryJournal();
  }

  emit: RunHost["emit"] = (key, type, data, place = {}) => {
    this.#ask(key);
    this.#pending.push(() => this.#keepEvent(key, type, data, place));
  };

  hear: RunHost["hear"] = async (key) => {
    const said = this.#options.said?.(key) ?? [];
    return said.length === 0 && !this.journal.steps.has(`${key}/heard`)
      ? []
      : this.#step(`${key}/heard`, async () => ({ result: said, record: () => {} }));
  };

  callModel: RunHost["callModel"] = (key, request, at) =>
    this.#step(key, async () => {
      const reply = await this.#options.model(structuredClone(request), key);
      const { reasoning: _thoughts, ...said } = reply;
      const reasoning = reasoningText(reply);
      const usage = { inputTokens: reply.usage?.inputTokens ?? null, outputTokens: reply.usage?.outputTokens ?? null };
      const call = { callId: key, stepKey: key, turn: at.turn };
      const record = () => {
        this.#keepEvent(`${key}/called`, "llm_call_started", { ...call, model: request.model }, at);
        this.#keepEvent(`${key}/replied`, "llm_call_completed", { ...call, ...said, reasoning, usage, costUsd: null, durationMs: 0 }, at);
      };
      return { result: reply, record };
    });

  admitTool: RunHost["admitTool"] = async (key, call) => this.#options.admit?.(key, call) ?? null;

  callTool: RunHost["callTool"] = (key, { id, tool, args }, place) =>
    this.#step(key, async () => {
      const call = { toolCallId: id, stepKey: key, tool: tool.name };
      const result = await this.#outcomeOf(key, tool, args);
      const record = () => {
        this.#keepEvent(`${key}/called`, "tool_usage_started", { ...call, class: tool.class, arguments: args }, place);
        if (result.isError) {
          const error = { code: "tool_failed", message: result.text };
          this.#keepEvent(`${key}/ended`, "tool_usage_error", { ...call, error, durationMs: 0 }, place);
        } else {
          this.#keepEvent(`${key}/ended`, "tool_usage_finished", { ...call, result: result.text, durationMs: 0 }, place);
        }
      };
      return { result, record };
    });

  limitTime: RunHost["limitTime"] = () => ({ [Symbol.dispose]: () => {} });

  askPerson: RunHost["askPerson"] = (key, question) =>
    this.#step(key, async () => ({
      result: this.#options.person?.(key, question) ?? { decision: "approve", feedback: "" },
      record: () => {},
    }));

  recall: RunHost["recall"] = (key, words, place) =>
    this.#step(key, async () => {
      const result = this.#options.recall?.(words) ?? [];
      const results = result.map(({ memoryId, taintedBy }) => ({ memoryId, tainted: taintedBy.length > 0 }));
      const record = () => this.#keepEvent(`${key}/recalled`, "memory_query_completed", { query: words, results, durationMs: 0 }, place);
      return { result, record };
    });

  completeTask: RunHost["completeTask"] = (key, output, place) => {
    this.#ask(key);
    this.#pending.push(() => {
      this.journal.outputs.set(output.taskKey, output);
      const { taskKey, agentKey, text, skippedBy: by } = output;
      if (by !== undefined) return this.#keepEvent(key, "task_skipped", { taskKey, agentKey, by, output: text }, place);
      this.#keepEvent(key, "task_completed", { taskKey: output.taskKey, agentKey: output.agentKey, output: output.text }, place);
    });
  };

  /** Commits what was emitted after the last step, as the end of a run does. */
  end(): void {
    this.#commit(() => {});
  }

  async #step<T>(key: string, work: () => Promise<{ result: T; record: () => void }>): Promise<T> {
    this.#ask(key);
    if (this.journal.steps.has(key)) return structuredClone(this.journal.steps.get(key)) as T;
    const { result, record } = await work();
    this.executed.push(key);
    this.#commit(() => {
      record();
      this.journal.steps.set(key, structuredClone(result));
    });
    return result;
  }

  #commit(write: () => void): void {
    if (this.#isDead) throw new SimulatedCrash("the process is gone");
    for (const emit of this.#pending.splice(0)) emit();
    write();
    this.journal.commits += 1;
    if (this.#options.crashAfterCommits !== undefined && this.journal.commits >= this.#options.crashAfterCommits) {
      this.#isDead = true;
      throw new SimulatedCrash(`after commit ${this.journal.commits}`);
    }
  }

  #keepEvent(key: string, type: RunEventType, data: unknown, place: Place): void {
    if (this.journal.events.some((event) => event.key === key)) return;
    this.journal.events.push({ key, type, data: structuredClone(data), place: { taskId: place.taskId, agentId: place.agentId } });
  }

  #ask(key: string): void {
    if (this.#isDead) throw new SimulatedCrash("the process is gone");
    this.asked.push(key);
  }

  async #outcomeOf(key: string, tool: Parameters<RunHost["callTool"]>[1]["tool"], args: Record<string, unknown>): Promise<ToolOutcome> {
    const marks: string[] = [];
    const context: ToolContext = {
      signal: this.signal,
      idempotencyKey: key,
      now: this.#options.now ?? (() => new Date(0)),
      documents: this.documents,
      fetchText: this.#options.fetchText ?? (async () => Promise.reject(new Error("There is no network here."))),
      postJson: this.#options.postJson ?? (async () => Promise.reject(new Error("There is no network here."))),
      markOutside: (source) => marks.push(source),
      searchFiles: async (words) =>
        this.documents
          .filter(({ text }) => text.includes(words))
          .map(({ name, text }) => ({ name, text, from: 0, characters: text.length })),
      answer: "",
    };
    try {
      const text = await tool.run(args, context);
      const taintedBy = tool.isOutside && marks.length === 0 ? [sourceOf(tool, args)] : marks;
      return { text, isError: false, ...(taintedBy.length > 0 && { taintedBy }) };
    } catch (error) {
      return { text: error instanceof Error ? error.message : String(error), isError: true };
    }
  }
}
