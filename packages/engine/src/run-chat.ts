import type { MessagePart } from "@crew/contracts/message-parts";
import { type AgentWork, runAgentLoop, schemaOf } from "./agent-loop.ts";
import { type ChatContext, type ChatFile, type ChatMaterial, type ChatSummary, chatContext } from "./chat-context.ts";
import { imagesOf } from "./chat-images.ts";
import type { Place, RunHost } from "./host.ts";
import { requireRoomForSchema, structuredAnswer } from "./structured-answer.ts";
import { summarizeTurns } from "./summarize-turns.ts";
import { documentTaint, joinTaint, type Taint } from "./taint.ts";
import type { EngineTool } from "./tool.ts";
import { calculator } from "./tools/calculator.ts";
import { currentTime } from "./tools/current-time.ts";
import { readDocument } from "./tools/read-document.ts";
import { searchFiles } from "./tools/search-files.ts";

const CHAT_MODEL_CALLS = 12;

export interface Chat extends Omit<ChatMaterial, "tools" | "who"> {
  model: string;
  /** Asked in this order when the model gives up: an agent's own, then the conversation's. */
  fallbackModels: readonly string[];
  /** Content from outside that earlier answers were made from. */
  taintedBy: Taint;
  /** Told before the model is asked what it will be shown, and the summary that was made for that. */
  onShown?(parts: MessagePart[], made: ChatSummary | null): void;
  /** Absent: an assistant. */
  speaker?: ChatSpeaker | undefined;
}

/** Who answers in place of a plain assistant. */
export interface ChatSpeaker {
  /** What it is told of itself; the rules of a conversation are told to everybody. */
  instructions: string;
  /** Beside those that every chat has. */
  tools: readonly EngineTool[];
  /** Whether it has the tools of every chat at all: an agent has its own alone. */
  hasOwnToolsOnly: boolean;
  place: Place;
  /** Model calls that it may make for one answer; the last is asked for its answer without tools. */
  maxIterations: number;
  /** Seconds that one answer of its may take, waits for people not counted; `null`: no limit. */
  maxExecutionSeconds: number | null;
}

export interface ChatAnswer {
  text: string;
  taintedBy: string[];
  /** What the text is as JSON, where that was asked for. */
  json?: { value: unknown };
}

/** One answer of an assistant, with everything from outside that it was made from. */
export async function runChat(host: RunHost, chat: Chat): Promise<ChatAnswer> {
  const { speaker, answerSchema } = chat;
  if (answerSchema) requireRoomForSchema(chat.budget, answerSchema);
  const place = speaker?.place ?? {};
  using _clock = host.limitTime("chat", { task: null, agent: speaker?.maxExecutionSeconds ?? null }, place);
  const tools = chatTools(chat.files, speaker);
  const { context, summary, made } = await fittingContext(host, chat, tools);
  chat.onShown?.([...(summary ? [summaryPart(summary)] : []), context.part], made);
  const work: AgentWork = {
    host,
    at: "chat",
    place,
    model: chat.model,
    fallbackModels: chat.fallbackModels,
    messages: context.messages,
    stableMessages: context.stable,
    budget: chat.budget,
    tools,
    maxIterations: speaker?.maxIterations ?? CHAT_MODEL_CALLS,
    taintedBy: joinTaint(chat.taintedBy, documentTaint(chat.files), documentTaint(imagesOf(chat.history))),
  };
  if (answerSchema) return structuredAnswer(work, answerSchema);
  const { text, taintedBy } = await runAgentLoop(work);
  return { text, taintedBy };
}

function chatTools(files: readonly ChatFile[], speaker: ChatSpeaker | undefined): EngineTool[] {
  const common = speaker?.hasOwnToolsOnly ? [] : [calculator, currentTime];
  const own = speaker?.tools ?? [];
  return [...new Set([...common, ...(files.length > 0 ? [readDocument, searchFiles] : []), ...own])];
}

/** What does not fit is put into fewer words first; that is a step of the run, so it is paid once whatever dies meanwhile. */
async function fittingContext(
  host: RunHost,
  chat: Chat,
  tools: readonly EngineTool[],
): Promise<{ context: ChatContext; summary: ChatSummary | null; made: ChatSummary | null }> {
  const { model, fallbackModels, budget, summary, unread } = chat;
  const material = { ...chat, who: chat.speaker?.instructions, tools: tools.map(schemaOf) };
  const context = chatContext(material);
  if (context.fallen.length === 0) return { context, summary, made: null };
  const made = await summarizeTurns(host, { model, fallbackModels, budget, summary, unread, fallen: context.fallen });
  const history = chat.history.filter(({ seq }) => seq > made.throughSeq);
  return { context: chatContext({ ...material, summary: made, history, unread: 0 }), summary: made, made };
}

function summaryPart({ throughSeq, messages, text }: ChatSummary): MessagePart {
  return { type: "summary", throughSeq, messages, text };
}
