import type { ModelMessage, ModelRequest } from "../model.ts";
import { EARLIER_MESSAGES_NOTE } from "../prompts.ts";
import type { Material } from "./text-units.ts";

/** What a request asks and gives, taken apart. */
export interface DemoBrief {
  isChat: boolean;
  /** The task or the last message, without the texts pasted into it. */
  instruction: string;
  expectedOutput: string;
  /** The last feedback of a person; it overrides what was expected before. */
  feedback: string;
  /** Role and goal. */
  viewpoint: string;
  materials: Material[];
  documents: { name: string; characters: number }[];
  /** Short results of tools: calculations and times. */
  results: string[];
  /** What tools said went wrong. */
  problems: string[];
  hasCalledTools: boolean;
}

/** Begins an answer that had nothing to work on, so that a later task does not extract from it. */
export const NOTHING_TO_READ = "There is no text to work on.";

export function readRequest(request: ModelRequest): DemoBrief {
  const { messages } = request;
  const system = textsOf(messages, "system");
  const prompt = messages.find((message) => message.role === "user" && message.content.includes("<task>"));
  const brief = prompt === undefined ? readChat(messages, system) : readTask(prompt.content, system, messages);
  addToolResults(brief, messages, brief.isChat);
  brief.materials = brief.materials.filter((material) => material.text.trim() !== "" && !material.text.includes(NOTHING_TO_READ));
  return brief;
}

function readTask(prompt: string, system: string, messages: readonly ModelMessage[]): DemoBrief {
  const task = between(prompt, "<task>", "</task>", true);
  const rest = prompt.slice(prompt.lastIndexOf("</task>"));
  const materials: Material[] = [];
  const instruction = withoutInputs(task, materials);
  const earlier = between(rest, "<earlier_outputs>", "</earlier_outputs>", true);
  for (const text of earlier.split("\n\n----------\n\n")) materials.push({ label: "earlier result", kind: "earlier", text });
  const feedback = messages.findLast((message) => message.role === "user" && message.content.includes("<feedback>"));
  return {
    isChat: false,
    instruction: instruction.trim(),
    expectedOutput: between(rest, "<expected_output>", "</expected_output>", false).trim(),
    feedback: feedback === undefined ? "" : between(feedback.content, "<feedback>", "</feedback>", true).trim(),
    viewpoint: system.split("\n").slice(0, 2).join(" ").replace("You are", "").replace("Your goal:", ""),
    materials,
    documents: documentsOf(rest),
    results: [],
    problems: [],
    hasCalledTools: false,
  };
}

/** Takes the fenced inputs out of a task and leaves their names. By `indexOf`, so that no input can make it slow. */
function withoutInputs(task: string, materials: Material[]): string {
  const [open, close] = ['\n<input name="', "\n</input>"];
  let instruction = "";
  let at = 0;
  for (;;) {
    const start = task.indexOf(open, at);
    const nameEnd = start < 0 ? -1 : task.indexOf('">\n', start);
    const end = nameEnd < 0 ? -1 : task.indexOf(close, nameEnd);
    if (end < 0) return instruction + task.slice(at);
    const name = task.slice(start + open.length, nameEnd);
    materials.push({ label: name, kind: "input", text: task.slice(nameEnd + 3, end) });
    instruction += `${task.slice(at, start)} ${name} `;
    at = end + close.length;
  }
}

const LONG_MESSAGE = 320;

function readChat(messages: readonly ModelMessage[], system: string): DemoBrief {
  const said = messages.filter((message) => message.role === "user");
  const last = said.at(-1)?.content ?? "";
  const materials: Material[] = [];
  for (const message of said.slice(0, -1)) {
    if (takeShown(message.content, materials)) continue;
    const { pasted } = splitMessage(message.content);
    materials.push({
      label: "earlier message",
      kind: "input",
      text: pasted === "" && !/\?\s*$/.test(message.content) ? message.content : pasted,
    });
  }
  const { question, pasted } = splitMessage(last);
  if (pasted !== "") materials.push({ label: "your message", kind: "input", text: pasted });
  return {
    isChat: true,
    instruction: question,
    expectedOutput: question,
    feedback: "",
    viewpoint: "",
    materials,
    documents: documentsOf(system).filter(({ name }) => !materials.some(({ kind, label }) => kind === "document" && label === name)),
    results: [],
    problems: [],
    hasCalledTools: false,
  };
}

/** What stands in place of older messages, and the files that are shown; of those only whole ones, others are read. */
function takeShown(content: string, materials: Material[]): boolean {
  if (content.startsWith("<earlier_messages>\n")) {
    const text = between(content, EARLIER_MESSAGES_NOTE, "</earlier_messages>", true).trim();
    materials.push({ label: "earlier messages", kind: "input", text: text.replace(/^\[… .+ left out\]$/gm, "") });
    return true;
  }
  if (!content.startsWith("<files>\n")) return false;
  for (const block of content.split('\n<file name="').slice(1)) {
    const nameEnd = block.indexOf('">\n');
    const text = block.slice(nameEnd + 3, block.lastIndexOf("\n</file>"));
    const isWhole = !/\n\[Characters \d+ to \d+ of \d+; the rest is left out here[^\n]*\]$/.test(text);
    if (nameEnd > 0 && isWhole) materials.push({ label: nameOf(block.slice(0, nameEnd)), kind: "document", text });
  }
  return true;
}

function nameOf(quoted: string): string {
  try {
    return JSON.parse(`"${quoted}"`) as string;
  } catch {
    return quoted;
  }
}

/** A long message is a short question before or after a pasted text. */
function splitMessage(content: string): { question: string; pasted: string } {
  const text = content.trim();
  if (text.length <= LONG_MESSAGE && text.split("\n").length <= 3) return { question: text, pasted: "" };
  const parts = text.split(/\n+/);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length > 1 && last.length <= LONG_MESSAGE && /\?\s*$/.test(last))
    return { question: last, pasted: parts.slice(0, -1).join("\n") };
  if (parts.length > 1 && first.length <= LONG_MESSAGE) return { question: first, pasted: parts.slice(1).join("\n") };
  const colon = text.indexOf(":");
  if (colon > 0 && colon < LONG_MESSAGE / 2) return { question: text.slice(0, colon), pasted: text.slice(colon + 1) };
  return { question: "", pasted: text };
}

/** In a chat only the results since the last message count; in a task every one. */
function addToolResults(brief: DemoBrief, messages: readonly ModelMessage[], isChat: boolean): void {
  const from = isChat ? messages.findLastIndex((message) => message.role === "user") : 0;
  const names = new Map<string, string>();
  const parts = new Map<string, string>();
  for (const message of messages.slice(from)) {
    if (message.role === "assistant") for (const call of message.toolCalls ?? []) names.set(call.id, sourceOf(call.arguments));
    if (message.role !== "tool") continue;
    brief.hasCalledTools = true;
    if (message.isError) brief.problems.push(message.content);
    else if (message.toolName === "read_document") {
      const name = names.get(message.toolCallId) ?? "document";
      parts.set(name, (parts.get(name) ?? "") + message.content.replace(/\n\[Characters \d+ to \d+ of \d+\.[^\]\n]*\]$/, ""));
    } else if (message.toolName === "http_get") brief.materials.push(pageOf(message.content, names.get(message.toolCallId) ?? "page"));
    else brief.results.push(message.content);
  }
  brief.materials.unshift(...[...parts].map(([label, text]) => ({ label, kind: "document" as const, text })));
}

function pageOf(content: string, url: string): Material {
  const title = /^Title: (.+)$/m.exec(content.slice(0, 2_000))?.[1];
  return { label: title ?? url, kind: "page", text: between(content, "\n---\n", "\n---\n", true) };
}

function sourceOf(argumentsJson: string): string {
  try {
    const args: unknown = JSON.parse(argumentsJson);
    const { name, url } = args as { name?: unknown; url?: unknown };
    return typeof name === "string" ? name : typeof url === "string" ? url : "";
  } catch {
    return "";
  }
}

function documentsOf(text: string): DemoBrief["documents"] {
  const list = between(text, "<documents>", "</documents>", true);
  return [...list.matchAll(/^- ("(?:[^"\\]|\\.){0,500}") \((\d+) characters\)$/gm)].map((match) => ({
    name: JSON.parse(match[1] ?? '""') as string,
    characters: Number(match[2]),
  }));
}

function textsOf(messages: readonly ModelMessage[], role: ModelMessage["role"]): string {
  return messages
    .filter((message) => message.role === role)
    .map((message) => message.content)
    .join("\n");
}

function between(text: string, start: string, end: string, toLast: boolean): string {
  const from = text.indexOf(start);
  if (from < 0) return "";
  const at = toLast ? text.lastIndexOf(end) : text.indexOf(end, from);
  return text.slice(from + start.length, at <= from ? text.length : at);
}
