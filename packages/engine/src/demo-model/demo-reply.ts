import { imageCount } from "../estimate-tokens.ts";
import type { ModelReply, ModelRequest, ToolCall } from "../model.ts";
import { plainDigest } from "../plain-digest.ts";
import { SUMMARY_INSTRUCTIONS } from "../prompts.ts";
import { composeAnswer } from "./compose-answer.ts";
import { plannedSums } from "./cost-sums.ts";
import { expectedForm } from "./expected-form.ts";
import { planCalls } from "./plan-calls.ts";
import { type DemoBrief, NOTHING_TO_READ, readRequest } from "./read-request.ts";
import { talkReply } from "./talk-reply.ts";
import { unitsOf } from "./text-units.ts";
import type { Reading } from "./topic-findings.ts";
import { TOPICS } from "./topic-words.ts";
import { pickUnits, rankUnits } from "./unit-ranking.ts";
import { subjectTerms, wordCount } from "./word-weights.ts";

/**
 * The built-in model `demo/extractive`. It needs no key and no network, and the same request always gives the same reply.
 * It calls the tools that the task's words ask for and then quotes: every statement of an answer stands in what it was
 * given or is a calculator's result; only questions about a quoted sentence are its own. It is no language model and makes
 * nothing up.
 */
export function demoReply(request: ModelRequest): ModelReply {
  if (request.messages[0]?.content === SUMMARY_INSTRUCTIONS) return replyWith(request, plainDigest(request.messages[1]?.content ?? ""), []);
  const unseen = picturesNote(request);
  const talk = talkReply(request);
  if (talk) return replyWith(request, talk.text && unseen + talk.text, talk.toolCalls);
  const brief = readRequest(request);
  const calls = planCalls(request, brief);
  if (calls.length > 0) return replyWith(request, "", calls);
  return replyWith(request, unseen + (brief.isChat ? chatAnswer(brief) : taskAnswer(brief)), []);
}

/** Before an answer to a message that came with pictures. */
function picturesNote({ messages }: ModelRequest): string {
  const question = messages.findLast((message) => message.role === "user");
  const count = question ? imageCount(question) : 0;
  if (count === 0) return "";
  const what = count === 1 ? "the picture" : `the ${count} pictures`;
  return `I cannot see ${what} that you sent: this demonstration reads texts only. Choose a model that sees pictures.\n\n`;
}

/** Pieces in which a text is streamed: words with the space before them. Joined they are the text. */
export function demoTokens(text: string): string[] {
  return text.match(/\s*\S{1,40}|\s+$/gu) ?? [];
}

function taskAnswer(brief: DemoBrief): string {
  const form = expectedForm(brief);
  const reading = readingOf(brief);
  const hasOnlyScraps = brief.results.length > 0 && brief.materials.every(({ kind, text }) => kind === "earlier" && text.length < 300);
  if (reading.units.length > 0 && !hasOnlyScraps) return composeAnswer(form, reading, otherResults(brief, reading));
  if (brief.results.length > 0) return brief.results.map((result) => `**${result}**`).join("\n\n");
  const given = brief.instruction.replace(/\s+/g, " ").slice(0, 200);
  const problems = brief.problems.map((problem) => `\n- ${problem}`).join("");
  return `${NOTHING_TO_READ} The task was: “${given}” This demonstration only extracts from texts: paste one as an input, add a document, or let the agent fetch a page.${problems}`;
}

const WHAT_I_DO =
  "I only quote and calculate: paste a text or attach a document and ask about it, for a summary, figures, risks, action items or a passage, or give me something to calculate.";

function chatAnswer(brief: DemoBrief): string {
  const reading = readingOf(brief);
  const results = brief.results.map((result) => `**${result}**`);
  if (reading.units.length === 0) return results.length > 0 ? results.join("\n\n") : [...brief.problems, WHAT_I_DO].join("\n\n");
  const asksForForm =
    brief.instruction === "" ||
    TOPICS.some(({ asked }) => asked.test(brief.instruction)) ||
    /\b(?:table|json|list|bullets?|e-?mail|mail)\b/i.test(brief.instruction);
  const hits = pickUnits(
    reading.units.filter((unit) => unit.match >= 0.2).map((unit) => ({ ...unit, score: unit.match * 10 + unit.score * 0.2 })),
    { count: 3 },
  );
  if (asksForForm) return composeAnswer(expectedForm(brief), reading, brief.results);
  if (hits.length === 0)
    return [...results, ...(results.length > 0 ? [] : [`Nothing in what I was given matches that. ${WHAT_I_DO}`])].join("\n\n");
  const hasSources = reading.materials.length > 1;
  const lines = hits.map((unit) => `> ${unit.text}${hasSources ? `\n> — ${reading.materials[unit.material]?.label ?? ""}` : ""}`);
  return [...results, ...lines].join("\n\n");
}

function readingOf(brief: DemoBrief): Reading {
  const { materials } = brief;
  const { units, headings, titles } = unitsOf(materials);
  const question = {
    subject: subjectTerms(`${brief.instruction}\n${brief.expectedOutput}\n${brief.feedback}`),
    viewpoint: subjectTerms(brief.viewpoint),
  };
  const sums = doneSums(brief);
  return { materials, headings, titles, sums, units: rankUnits(units, materials, question) };
}

/** Results that have no place in a table of sums. */
function otherResults(brief: DemoBrief, reading: Reading): string[] {
  return brief.results.filter((text) => !reading.sums.some(({ expression, value }) => text === `${expression} = ${value}`));
}

/** The planned sums that the calculator has answered. */
function doneSums(brief: DemoBrief): Reading["sums"] {
  if (brief.results.length === 0) return [];
  return plannedSums(brief).flatMap((sum) => {
    const begin = `${sum.expression} = `;
    const result = brief.results.find((text) => text.startsWith(begin));
    return result === undefined ? [] : [{ ...sum, value: result.slice(begin.length) }];
  });
}

function replyWith(request: ModelRequest, text: string, toolCalls: ToolCall[]): ModelReply {
  const inputTokens = request.messages.reduce((total, message) => total + wordCount(message.content), 0);
  const outputTokens = wordCount(text) + toolCalls.reduce((total, call) => total + wordCount(call.arguments), 0);
  return { text, toolCalls, finishReason: toolCalls.length > 0 ? "tool_calls" : "stop", usage: { inputTokens, outputTokens } };
}
