import type { ModelRequest, ToolCall } from "../model.ts";
import { plannedSums } from "./cost-sums.ts";
import { plainNumber } from "./plain-number.ts";
import type { DemoBrief } from "./read-request.ts";

const PART_CHARACTERS = 50_000;
const MOST_CALLS = 16;
const MOST_PAGES = 4;
const LONGEST_URL = 2_000;
/** The patterns below are for sentences, not for texts that somebody pasted into the task. */
const INSTRUCTION_CHARACTERS = 4_000;

/** The tools that the words of the task ask for, all in one turn; none when they were called already. */
export function planCalls(request: ModelRequest, brief: DemoBrief): ToolCall[] {
  if (brief.hasCalledTools) return callsAfterReading(request, brief);
  const offered = new Set(request.tools.map((tool) => tool.name));
  const instruction = brief.instruction.slice(0, INSTRUCTION_CHARACTERS);
  const asked = `${instruction}\n${brief.isChat ? "" : brief.expectedOutput}`;
  const plans: { name: string; args: Record<string, unknown> }[] = [];
  if (offered.has("current_time") && asksForTime(asked)) plans.push({ name: "current_time", args: timeArguments(asked) });
  if (offered.has("calculator"))
    for (const expression of allExpressions(instruction, brief)) plans.push({ name: "calculator", args: { expression } });
  if (offered.has("http_get")) for (const url of addressesOf(instruction)) plans.push({ name: "http_get", args: { url } });
  if (offered.has("read_document")) for (const args of partsToRead(brief)) plans.push({ name: "read_document", args });
  return callsOf(plans, "call");
}

/** Figures in documents can be calculated with only once the documents are read: one more turn, and never a third. */
function callsAfterReading(request: ModelRequest, brief: DemoBrief): ToolCall[] {
  const turns = request.messages.filter((message) => message.role === "assistant" && (message.toolCalls ?? []).length > 0);
  if (brief.isChat || turns.length !== 1 || !request.tools.some(({ name }) => name === "calculator")) return [];
  const isCalled = new Set(
    turns.flatMap((turn) => (turn.role === "assistant" ? (turn.toolCalls ?? []) : [])).map((call) => call.arguments),
  );
  const plans = plannedSums(brief).map(({ expression }) => ({ name: "calculator", args: { expression } }));
  return callsOf(
    plans.filter(({ args }) => !isCalled.has(JSON.stringify(args))),
    "sum",
  );
}

function allExpressions(instruction: string, brief: DemoBrief): string[] {
  return [...new Set([...expressionsOf(instruction), ...plannedSums(brief).map(({ expression }) => expression)])];
}

function callsOf(plans: readonly { name: string; args: Record<string, unknown> }[], prefix: string): ToolCall[] {
  return plans
    .slice(0, MOST_CALLS)
    .map((plan, index) => ({ id: `${prefix}_${index + 1}`, name: plan.name, arguments: JSON.stringify(plan.args) }));
}

function partsToRead(brief: DemoBrief): Record<string, unknown>[] {
  const words = brief.instruction.toLowerCase();
  const named = brief.documents.filter(({ name }) => words.includes(name.toLowerCase()));
  return (named.length > 0 ? named : brief.documents).flatMap(({ name, characters }) => {
    if (characters <= PART_CHARACTERS) return [{ name, length: PART_CHARACTERS }];
    const count = Math.ceil(characters / PART_CHARACTERS);
    return Array.from({ length: count }, (_, part) => ({ name, from: part * PART_CHARACTERS, length: PART_CHARACTERS }));
  });
}

function asksForTime(text: string): boolean {
  return /\btoday(?:['’]s)?\b|\b(?:current|exact) (?:date|time|day)\b|\bwhat (?:time|day|date)\b|\bwhich (?:day|date)\b|\btime is it\b|\bthe time now\b|\bdate and time\b|\bweekday\b|\bwie spät\b|\bheute\b/i.test(
    text,
  );
}

function timeArguments(text: string): Record<string, unknown> {
  const zone =
    /\b(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_]+)?\b/.exec(
      text,
    )?.[0];
  return zone === undefined ? {} : { time_zone: zone };
}

function addressesOf(text: string): string[] {
  const found = text.match(/https?:\/\/[^\s<>"'`)\]}]+/gi) ?? [];
  return [...new Set(found.map((url) => url.slice(0, LONGEST_URL).replace(/[.,;:!?]+$/, "")))].slice(0, MOST_PAGES);
}

const NUMBER = "\\d+(?:[.,]\\d+)*";
const OPERATION = new RegExp(`[-(]*\\s*${NUMBER}%?[\\s)]*(?:[-+*/×÷^−][\\s(]*-?${NUMBER}%?[\\s)]*)+`, "g");
const PERCENT_OF = new RegExp(`(${NUMBER})\\s*(?:%|percent|per cent)\\s+(?:of|from)\\s+[$€£]?\\s?(${NUMBER})`, "gi");
const CHANGE = new RegExp(`from\\s+[$€£]?\\s?(${NUMBER})\\s*%?\\s+to\\s+[$€£]?\\s?(${NUMBER})`, "i");

/** Expressions that the words spell out; dates, ranges and phone numbers are none. */
export function expressionsOf(text: string): string[] {
  const found: string[] = [];
  const wants =
    /\b(?:calculat\w*|comput\w*|how much|what is|what's|work out|percent\w*|sum|total|add up|average|mean|growth|increase|change)\b|%|=/i.test(
      text,
    );
  for (const match of text.matchAll(PERCENT_OF)) found.push(`${plainNumber(match[1])} / 100 * ${plainNumber(match[2])}`);
  for (const match of text.matchAll(OPERATION)) {
    const written = match[0].trim();
    const looksLikeDate =
      /\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|^\d+\s?[-–]\s?\d+$/.test(written) && !/[+*×÷^()]|\s[-/−]\s/.test(written);
    if (!looksLikeDate && (wants || /[+*×÷^]/.test(written)) && isBalanced(written))
      found.push(written.replace(new RegExp(NUMBER, "g"), plainNumber));
  }
  if (found.length === 0 && wants) {
    const change = CHANGE.exec(text);
    const listed = /\b(sum|total|average|mean)\b[^.?!\d]{0,40}((?:\d+(?:\.\d+)?(?:\s*(?:,|and|und|&)\s*)+)+\d+(?:\.\d+)?)/i.exec(text);
    if (change !== null && /percent|%|growth|increase|change|decrease/i.test(text)) {
      const [before, after] = [plainNumber(change[1]), plainNumber(change[2])];
      if (Number(before) !== 0) found.push(`round((${after} - ${before}) / ${before} * 100, 2)`);
    } else if (listed !== null) {
      const values = (listed[2] ?? "").match(/\d+(?:\.\d+)?/g) ?? [];
      found.push(`${/average|mean/i.test(listed[1] ?? "") ? "avg" : "sum"}(${values.join(", ")})`);
    }
  }
  return [...new Set(found)].slice(0, 4);
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
