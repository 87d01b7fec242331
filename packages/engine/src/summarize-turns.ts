import type { ChatSummary, SaidMessage } from "./chat-context.ts";
import { cutToTokens } from "./cut-text.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { RunHost } from "./host.ts";
import { plainDigest } from "./plain-digest.ts";
import { SUMMARY_INSTRUCTIONS, saidTurn, summaryPrompt } from "./prompts.ts";

/** Of a whole conversation that was never summarised and meets a model of small budget. */
const MOST_CALLS = 8;
const MOST_WORDS = 900;
/** What a summary may come to, whatever the model makes of the words that it was told. */
const MOST_TOKENS = 2_000;

export interface TurnsToSummarize {
  model: string;
  /** Asked in this order when it gives up. */
  fallbackModels: readonly string[];
  /** Tokens of input that a call may have. */
  budget: number;
  summary: ChatSummary | null;
  /** Messages before them that cannot be read for it. */
  unread: number;
  /** What was said since the summary and fits no more, oldest first. */
  fallen: readonly SaidMessage[];
}

/**
 * Puts older messages into fewer words: the summary so far and what has fallen out since. Each call is a step of the run,
 * charged and journalled like any other; most need one.
 */
export async function summarizeTurns(host: RunHost, turnsToSummarize: TurnsToSummarize): Promise<ChatSummary> {
  const { model, fallbackModels, budget, summary, unread, fallen } = turnsToSummarize;
  const most = Math.min(MOST_TOKENS, Math.floor(budget / 6));
  const batches = batchesOf(fallen, Math.floor(budget / 2));
  const kept = batches.slice(-MOST_CALLS);
  const lost = batches.slice(0, batches.length - kept.length).flat().length;
  const before = summary ?? { throughSeq: 0, messages: 0, omitted: 0, text: "" };
  let next: ChatSummary = { ...before, omitted: before.omitted + unread + lost };
  for (const [index, batch] of kept.entries()) {
    const turns = batch.map(({ role, content }) => saidTurn(role, content));
    const prompt = summaryPrompt(next.text, turns, Math.min(MOST_WORDS, Math.floor(most / 2)));
    const messages = [
      { role: "system" as const, content: SUMMARY_INSTRUCTIONS },
      { role: "user" as const, content: prompt },
    ];
    const at = { turn: 0, isAside: true, fallbackModels };
    const reply = await host.callModel(`chat/summary:${index + 1}/model`, { model, messages, tools: [] }, at);
    const text = reply.finishReason === "refused" || reply.text.trim() === "" ? plainDigest(prompt) : reply.text.trim();
    next = {
      throughSeq: batch.at(-1)?.seq ?? next.throughSeq,
      messages: next.messages + batch.length,
      omitted: next.omitted,
      text: cutToTokens(text, most),
    };
  }
  return next;
}

/** Oldest first; a message that is longer than a batch is cut, with a mark. */
function batchesOf(fallen: readonly SaidMessage[], tokens: number): SaidMessage[][] {
  const batches: SaidMessage[][] = [];
  let left = 0;
  for (const message of fallen) {
    const content = cutToTokens(message.content, tokens - 20);
    const cost = estimateTokens(JSON.stringify(content)) + 6;
    if (batches.length === 0 || cost > left) {
      batches.push([]);
      left = tokens;
    }
    left -= cost;
    batches.at(-1)?.push({ ...message, content });
  }
  return batches;
}
