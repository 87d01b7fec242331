import type { MessagePart } from "@crew/contracts/message-parts";
import { type ChatImage, costOfImages, fittingImages, withImages, withoutImages } from "./chat-images.ts";
import { cutToTokens } from "./cut-text.ts";
import { estimateTokens, IMAGE_TOKENS, imageCount } from "./estimate-tokens.ts";
import type { ArgumentSchema } from "./json-schema-check.ts";
import type { ModelMessage, ToolSchema } from "./model.ts";
import { answerForm, chatInstructions, earlierMessages, leftOutMessages, pinnedFacts, shownFile, shownFiles } from "./prompts.ts";

/** One message of the conversation. */
export interface SaidMessage {
  /** Numbers the messages of a conversation. */
  seq: number;
  role: "user" | "assistant";
  content: string;
  /** Pictures that came with it; absent: none. */
  images?: readonly ChatImage[];
}

/** Older messages in fewer words. */
export interface ChatSummary {
  /** The last message that it covers. */
  throughSeq: number;
  messages: number;
  /** Messages before it that could not even be read for it. */
  omitted: number;
  text: string;
}

/** A file of the conversation, as far as this question needs it. */
export interface ChatFile {
  name: string;
  characters: number;
  /** `null`: too long to be shown whole. */
  text: string | null;
  /** Passages that fit the question, best first. */
  excerpts: readonly { from: number; text: string }[];
}

/** What there is to show to the model for one answer. */
export interface ChatMaterial {
  /** Tokens of input that a call may have. */
  budget: number;
  /** What the person wants the model to be reminded of. */
  facts: readonly string[];
  summary: ChatSummary | null;
  /** What was said after the summary, oldest first; ends with the person's message. */
  history: readonly SaidMessage[];
  /** How many messages before `history` are in no summary. */
  unread: number;
  /** Newest first. */
  files: readonly ChatFile[];
  tools: readonly ToolSchema[];
  /** What the one who answers is told of itself; absent: an assistant. */
  who?: string | undefined;
  /** What the answer must be, as JSON Schema; absent: any text. */
  answerSchema?: ArgumentSchema | undefined;
}

export interface ChatContext {
  messages: ModelMessage[];
  /** How many of them, from the first, the next question's request will begin with too. */
  stable: number;
  /** What fits no more, oldest first: to be put into fewer words before the model is asked. */
  fallen: SaidMessage[];
  part: Extract<MessagePart, { type: "context" }>;
}

/** A longer history costs more than it helps, whatever the model could read. */
const MOST_BUDGET = 100_000;
/** Our count is a guess. */
const SAFETY = 0.9;
const MOST_ANSWER = 16_384;

/** Tokens of input for a model that reads and writes so many together: the answer needs room too. */
export function inputBudget(windowTokens: number): number {
  const answer = Math.min(MOST_ANSWER, Math.floor(windowTokens / 4));
  return Math.min(MOST_BUDGET, Math.floor((windowTokens - answer) * SAFETY));
}

/**
 * What the model is shown, and nothing is left out without a mark: instructions and pinned facts, older messages in fewer
 * words, the newest ones whole, with the newest pictures that fit, files as far as they fit the question. A function of its
 * input alone, so that a run that is executed anew asks for exactly the same.
 */
export function chatContext(material: ChatMaterial): ChatContext {
  const { budget, tools } = material;
  const system = systemMessage(material);
  const files = filesMessage(material.files, share(budget, 5));
  const toolTokens = tools.length > 0 ? estimateTokens(JSON.stringify(tools)) : 0;
  // A part is kept for what tools will return.
  const left = budget - toolTokens - share(budget, 8) - costOf(system.message) - (files ? costOf(files) : 0);
  const chosen = chooseMessages(material, left);
  const earlier = earlierMessage(material, chosen.summary, material.unread + chosen.fallen.length);
  const head = [system.message, ...(earlier ? [earlier] : []), ...chosen.whole.slice(0, -1)];
  return {
    messages: [...head, ...(files ? [files] : []), ...chosen.whole.slice(-1)],
    stable: head.length,
    fallen: chosen.fallen,
    part: {
      type: "context",
      budget,
      instructions: costOf(system.message) - system.factTokens + toolTokens,
      facts: system.factTokens,
      summary: earlier ? costOf(earlier) : 0,
      messages: sumOf(chosen.whole.map(costOf)),
      files: files ? costOf(files) : 0,
      whole: chosen.whole.length - (chosen.isLastCut ? 1 : 0),
      summarized: (material.summary?.messages ?? 0) + (chosen.isLastCut ? 1 : 0),
      omitted: (material.summary?.omitted ?? 0) + material.unread + chosen.fallen.length,
    },
  };
}

function systemMessage({ facts, files, budget, who, answerSchema }: ChatMaterial): { message: ModelMessage; factTokens: number } {
  const instructions = chatInstructions(files, share(budget, 10), who);
  const lines = facts.length > 0 ? pinnedFacts(facts, share(budget, 5)) : "";
  const form = answerSchema ? answerForm(answerSchema) : "";
  return {
    message: { role: "system", content: [instructions, lines, form].filter((part) => part !== "").join("\n\n") },
    factTokens: lines === "" ? 0 : estimateTokens(JSON.stringify(lines)),
  };
}

/** The newest turns whole, as many as fit; where not all do, half the room, so that the next turns need no new summary. */
function chooseMessages({ summary, history, budget }: ChatMaterial, left: number) {
  // An answer that was stopped before its first word: providers refuse empty messages.
  const said = history.filter(({ content }) => content.trim() !== "");
  const last = said.at(-1);
  const fitting = fittingImages(said, Math.floor(left * 0.6));
  const textRoom = left - (last ? costOfImages(last, fitting) : 0);
  const lastText = last ? cutToTokens(last.content, Math.max(Math.floor(textRoom * 0.6) - 20, 40)) : "";
  const shown = said.map((message) => withImages(message === last ? { ...message, content: lastText } : message, fitting));
  const text = summary && cutToTokens(summary.text, Math.max(Math.floor(Math.min(share(budget, 6), left / 3)) - 100, 40));
  const costs = shown.map(costOf);
  const earlierCost = text === null ? 0 : costOf({ role: "user", content: earlierMessages(text, "") });
  const isWhole = sumOf(costs) + earlierCost <= left;
  const from = isWhole ? 0 : firstWhole(said, costs, left / 2);
  return { whole: shown.slice(from), fallen: said.slice(0, from).map(withoutImages), summary: text, isLastCut: last?.content !== lastText };
}

/** Begins with a question, so that no answer stands there without it. */
function firstWhole(said: readonly SaidMessage[], costs: readonly number[], room: number): number {
  let from = said.length - 1;
  let used = costs[from] ?? 0;
  for (let at = from - 1; at >= 0; at--) {
    used += costs[at] ?? 0;
    if (used > room) break;
    if (said[at]?.role === "user") from = at;
  }
  return from;
}

/** In the words of the conversation and so no instruction; `lost`: messages that are shown nowhere. */
function earlierMessage({ summary }: ChatMaterial, text: string | null, lost: number): ModelMessage | null {
  const mark = leftOutMessages(lost + (summary?.omitted ?? 0));
  return text === null && mark === "" ? null : { role: "user", content: earlierMessages(text ?? "", mark) };
}

/** Short files whole and the passages of others that fit the question, as far as there is room for them. */
function filesMessage(files: readonly ChatFile[], tokens: number): ModelMessage | null {
  const blocks: string[] = [];
  let left = tokens - estimateTokens(shownFiles([]));
  const take = (block: string) => {
    const cost = estimateTokens(JSON.stringify(block)) + 2;
    if (cost > left) return;
    left -= cost;
    blocks.push(block);
  };
  for (const { name, characters, text } of files) if (text !== null) take(shownFile(name, text, { from: 0, characters }));
  for (const { name, characters, text, excerpts } of files)
    if (text === null) for (const excerpt of excerpts) take(shownFile(name, excerpt.text, { from: excerpt.from, characters }));
  return blocks.length > 0 ? { role: "user", content: shownFiles(blocks) } : null;
}

function share(budget: number, part: number): number {
  return Math.floor(budget / part);
}

/** As the request's own estimate counts it. */
function costOf(message: ModelMessage): number {
  return estimateTokens(JSON.stringify(message)) + 1 + imageCount(message) * IMAGE_TOKENS;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
