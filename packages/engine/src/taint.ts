import type { Document, Inputs } from "@crew/contracts/crews";
import type { Recollection } from "./host.ts";
import { placeholdersOf, textOfValue } from "./interpolate.ts";
import { PLAIN_VALUE_CHARACTERS } from "./prompts.ts";
import type { EngineTool } from "./tool.ts";

/**
 * What in a context strangers may have written, source by source: `http_get example.org`, `document mail.txt`, `input
 * letter`. Empty: nothing. It only grows; what an agent says after reading is as tainted as what it has read.
 */
export type Taint = readonly string[];

/** The rest is counted no more: one source taints as much as fifty. */
const MOST_SOURCES = 20;
const SOURCE_CHARACTERS = 200;
const MEMORY = "memory ";

export function joinTaint(...taints: readonly Taint[]): string[] {
  const sources = taints.flat().map((source) => source.replace(/\s+/g, " ").slice(0, SOURCE_CHARACTERS));
  return [...new Set(sources)].slice(0, MOST_SOURCES);
}

/** What a tool's result is tainted by when the tool says no more than that it reaches outside. */
export function sourceOf(tool: EngineTool, args: Record<string, unknown>): string {
  const host = URL.parse(tool.destination?.(args) ?? "")?.host;
  return host ? `${tool.name} ${host}` : tool.name;
}

/**
 * Inputs of some length: mails, pages and transcripts are pasted there. A short value of one line is the starter's own
 * word, unless the inputs have a source outside: then none of them is.
 */
export function inputTaint(texts: readonly string[], inputs: Inputs, source: string | null = null): Taint {
  const names = [...new Set(texts.flatMap(placeholdersOf))];
  if (source !== null) return names.length > 0 ? [source] : [];
  return names.filter((name) => isMaterial(textOfValue(inputs[name]))).map((name) => `input ${name}`);
}

/** A document's text comes by the tool that reads it, but its name stands in the prompt already. */
export function documentTaint(documents: readonly Pick<Document, "name">[]): Taint {
  return documents.map(({ name }) => `document ${name}`);
}

/** A tainted memory is named beside what it was made from, so that a person can look at it and remove it. */
export function memoryTaint(recalled: readonly Recollection[]): Taint {
  const tainted = recalled.filter(({ taintedBy }) => taintedBy.length > 0);
  const origins = tainted.flatMap(({ taintedBy }) => taintedBy.filter((source) => !source.startsWith(MEMORY)));
  return [...tainted.map(({ memoryId }) => `${MEMORY}${memoryId}`), ...origins];
}

/** Also what is not fenced off for want of a space in it, as a mail in Chinese is. */
function isMaterial(value: string): boolean {
  return value.length > PLAIN_VALUE_CHARACTERS || value.trim().includes("\n");
}
