import { type Admission, type AskedTool, type Place, RunFailure, type RunHost, type ToolOutcome } from "./host.ts";
import { endsInLoop } from "./loop-detector.ts";
import type { ModelMessage, ModelReply, ModelRequest, ToolSchema } from "./model.ts";
import {
  CONTINUE_ANSWER,
  CUT_ANSWER_NOTE,
  callErrors,
  EMPTY_ANSWER,
  editedCallNote,
  FINAL_ANSWER_NOW,
  TOOL_RESULT_CUT,
} from "./prompts.ts";
import { owedReasoning } from "./reasoning.ts";
import { runInOrder } from "./run-in-order.ts";
import { SaidMeanwhile, type Steering, TaskSkipped } from "./steering.ts";
import { joinTaint, type Taint } from "./taint.ts";
import type { EngineTool } from "./tool.ts";
import { type CheckedCall, checkToolCalls } from "./tool-calls.ts";
import { toolResultsWithin } from "./tool-results-within.ts";

const CONCURRENT_CALLS = 4;
const MOST_REPAIR_TURNS = 2;
const MOST_CONTINUATIONS = 3;
const TOOL_RESULT_CHARACTERS = 60_000;

export interface AgentWork {
  host: RunHost;
  /** Prefix of every step key, for example `task:2`. */
  at: string;
  place: Place;
  model: string;
  /** Asked in this order where `model` gives up. */
  fallbackModels: readonly string[];
  messages: readonly ModelMessage[];
  tools: readonly EngineTool[];
  /** Model calls that may be made; the last of them is asked without tools for its final answer. */
  maxIterations: number;
  /** Content from outside that is in the messages. */
  taintedBy: Taint;
  /** Tokens of input that a call may have: older tool results are shortened over it. Absent: any number. */
  budget?: number;
  /** How many of the messages, from the first, later work will begin with too. */
  stableMessages?: number;
  /** The answer is to be one JSON object. */
  wantsJsonObject?: boolean;
  /** Of a task of a crew: what people say to its run meanwhile. */
  steered?: { by: Steering; taskKey: string };
}

export interface AgentAnswer {
  text: string;
  /** Everything from outside that was read on the way. */
  taintedBy: string[];
  /** The whole conversation, the answer included: what a revision goes on from. */
  messages: ModelMessage[];
}

interface LoopState {
  messages: ModelMessage[];
  signatures: string[];
  repairTurns: number;
  continuations: number;
  askedAgain: boolean;
  /** Why no tools are offered any more. */
  ending: "tool_loop" | "last_turn" | null;
  /** Beginning of an answer that was cut at the length limit. */
  begun: string;
  taintedBy: string[];
}

/** Asks the model, runs the tools it calls, hands the results back, and so on until it answers with text. */
export async function runAgentLoop(work: AgentWork): Promise<AgentAnswer> {
  const state: LoopState = {
    messages: [...work.messages],
    signatures: [],
    repairTurns: 0,
    continuations: 0,
    askedAgain: false,
    ending: null,
    begun: "",
    taintedBy: joinTaint(work.taintedBy),
  };
  const schemas = work.tools.map(schemaOf);
  for (let turn = 1; turn <= work.maxIterations; turn++) {
    if (turn === work.maxIterations && schemas.length > 0 && state.ending === null) {
      state.ending = "last_turn";
      if (turn > 1) state.messages.push({ role: "user", content: FINAL_ANSWER_NOW });
    }
    const tools = state.ending === null ? schemas : [];
    const key = `${work.at}/turn:${turn}`;
    const reply = await askModel(work, state, { key, turn, tools });
    const answer = await takeReply(work, state, reply, { key, isLast: turn === work.maxIterations, mayCall: tools.length > 0 });
    if (answer !== null) {
      const messages: ModelMessage[] = [...state.messages, { role: "assistant", content: answer }];
      return { text: answer, messages, taintedBy: state.taintedBy };
    }
  }
  throw new RunFailure("max_iterations", `The agent gave no answer within ${work.maxIterations} model calls.`);
}

function requestOf(
  { model, budget, stableMessages, wantsJsonObject }: AgentWork,
  said: readonly ModelMessage[],
  tools: ToolSchema[],
): ModelRequest {
  const messages = budget === undefined ? [...said] : toolResultsWithin(said, tools, budget);
  return {
    model,
    messages,
    tools,
    ...(stableMessages !== undefined && { stableMessages }),
    ...(wantsJsonObject && { wantsJsonObject }),
  };
}

/** What was said up to the last moment is in the request: a turn that was overtaken is built anew. */
async function askModel(
  work: AgentWork,
  state: LoopState,
  { key, turn, tools }: { key: string; turn: number; tools: ToolSchema[] },
): Promise<ModelReply> {
  const { host, place, fallbackModels, steered } = work;
  for (;;) {
    if (steered) state.messages.push(...(await hear(steered, key, place)));
    try {
      return await host.callModel(`${key}/model`, requestOf(work, state.messages, tools), { ...place, turn, fallbackModels });
    } catch (error) {
      if (!(error instanceof SaidMeanwhile)) throw error;
    }
  }
}

async function hear({ by, taskKey }: NonNullable<AgentWork["steered"]>, key: string, place: Place): Promise<ModelMessage[]> {
  const said = await by.hear(key, place);
  const skipper = by.skippedBy(taskKey);
  if (skipper !== undefined) throw new TaskSkipped(skipper);
  return said;
}

/** The finished answer, or `null` when another turn is needed. */
async function takeReply(
  work: AgentWork,
  state: LoopState,
  reply: ModelReply,
  turn: { key: string; isLast: boolean; mayCall: boolean },
): Promise<string | null> {
  if (reply.finishReason === "refused") {
    throw new RunFailure(
      "model_refused",
      `The model refused to answer${reply.text.trim() === "" ? "." : `: ${reply.text.trim().slice(0, 500)}`}`,
    );
  }
  if (reply.toolCalls.length > 0 && turn.mayCall) {
    await takeToolCalls(work, state, reply, turn.key);
    return null;
  }
  if (reply.toolCalls.length > 0 && state.ending === "tool_loop") {
    throw new RunFailure("tool_loop", "The agent repeated the same tool calls and gave no answer when it was asked for one.");
  }
  if (reply.toolCalls.length > 0 && state.ending === "last_turn" && (state.begun + reply.text).trim() === "") {
    throw new RunFailure("max_iterations", `The agent still asked for tools in the last of its ${work.maxIterations} model calls.`);
  }
  return takeText(state, reply, turn.isLast);
}

function takeText(state: LoopState, reply: ModelReply, isLast: boolean): string | null {
  const text = state.begun + reply.text;
  if (text.trim() === "") {
    if (state.askedAgain || isLast || state.ending === "tool_loop") throw noAnswer(state);
    state.askedAgain = true;
    // No assistant message: providers refuse an empty one.
    state.messages.push({ role: "user", content: EMPTY_ANSWER });
    return null;
  }
  if (reply.finishReason !== "length") return text;
  if (isLast || state.continuations >= MOST_CONTINUATIONS || reply.text.trim() === "") return text + CUT_ANSWER_NOTE;
  state.continuations += 1;
  state.begun = text;
  state.messages.push({ role: "assistant", content: reply.text }, { role: "user", content: CONTINUE_ANSWER });
  return null;
}

function noAnswer(state: LoopState): RunFailure {
  if (state.ending === "tool_loop") return new RunFailure("tool_loop", "The agent repeated the same tool calls and then gave no answer.");
  return new RunFailure("empty_answer", "The model gave an empty answer.");
}

/** Runs the calls of one reply, or none of them, and puts their results into the conversation. */
async function takeToolCalls(work: AgentWork, state: LoopState, reply: ModelReply, key: string): Promise<void> {
  const { calls, needsRepair } = checkToolCalls(reply.toolCalls, work.tools);
  const isLoop = !needsRepair && joinsLoop(state.signatures, calls);
  if (isLoop) for (const call of calls) call.refusal ??= callErrors.loop;
  state.repairTurns = needsRepair ? state.repairTurns + 1 : 0;
  if (state.repairTurns > MOST_REPAIR_TURNS) {
    const fault = calls.find((call) => call.refusal !== null)?.refusal ?? "";
    throw new RunFailure("bad_tool_calls", `The model kept making faulty tool calls: ${fault}`);
  }

  const outcomes = await runCalls(work, state.taintedBy, calls, key);
  state.taintedBy = joinTaint(state.taintedBy, ...outcomes.map(({ taintedBy }) => taintedBy ?? []));
  const toolCalls = calls.map((call) => ({ id: call.id, name: call.name, arguments: call.argumentsJson }));
  const reasoning = owedReasoning(reply);
  state.messages.push({ role: "assistant", content: reply.text, toolCalls, ...(reasoning && { reasoning }) });
  for (const [index, call] of calls.entries()) state.messages.push(resultMessage(call, outcomes[index] ?? { text: "", isError: true }));
  if (isLoop) {
    state.ending = "tool_loop";
    state.messages.push({ role: "user", content: FINAL_ANSWER_NOW });
  }
}

/**
 * The calls of a turn are judged by what the agent had read before it, and admitted one after the other before the first
 * runs: a run that parks for one of them has none in flight.
 */
async function runCalls(work: AgentWork, taintedBy: Taint, calls: readonly CheckedCall[], key: string): Promise<ToolOutcome[]> {
  const admitted: { key: string; asked: AskedTool | null; outcome: ToolOutcome | null; note: string }[] = [];
  for (const call of calls) {
    const toolKey = `${key}/tool:${call.keyPart}`;
    if (call.refusal !== null || call.runnable === null) {
      admitted.push({ key: toolKey, asked: null, outcome: { text: call.refusal ?? "", isError: true }, note: "" });
      continue;
    }
    const asked: AskedTool = { id: call.id, ...call.runnable, taintedBy };
    admitted.push({ key: toolKey, ...admittedCall(asked, await work.host.admitTool(toolKey, asked, work.place)) });
  }
  return runInOrder(admitted, CONCURRENT_CALLS, async ({ key, asked, outcome, note }) => {
    if (outcome !== null || asked === null) return outcome ?? { text: "", isError: true };
    const result = await work.host.callTool(key, asked, work.place);
    return note === "" ? result : { ...result, text: note + result.text };
  });
}

function admittedCall(asked: AskedTool, admission: Admission | null): { asked: AskedTool; outcome: ToolOutcome | null; note: string } {
  if (admission === null) return { asked, outcome: null, note: "" };
  if ("outcome" in admission) return { asked, outcome: admission.outcome, note: "" };
  return { asked: { ...asked, args: admission.args }, outcome: null, note: editedCallNote(admission.args) };
}

/** Remembers the calls in order and says whether one of them closes a loop; then none of the turn's calls is run. */
function joinsLoop(signatures: string[], calls: readonly CheckedCall[]): boolean {
  for (const call of calls) {
    if (call.refusal !== null) continue;
    signatures.push(call.signature);
    if (endsInLoop(signatures)) return true;
  }
  return false;
}

function resultMessage(call: CheckedCall, outcome: { text: string; isError: boolean }): ModelMessage {
  const isLong = outcome.text.length > TOOL_RESULT_CHARACTERS;
  const content = isLong ? outcome.text.slice(0, TOOL_RESULT_CHARACTERS) + TOOL_RESULT_CUT : outcome.text;
  return { role: "tool", toolCallId: call.id, toolName: call.name, content, ...(outcome.isError ? { isError: true } : {}) };
}

export function schemaOf(tool: EngineTool): ToolSchema {
  return { name: tool.name, description: tool.description, parameters: tool.parameters };
}
