import type { Thought } from "@crew/engine/model";

/**
 * `reasoning_details` of OpenRouter and those who speak like it: thinking as texts, summaries and what is hidden or signed,
 * wanted back with the tool calls as it came. https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export interface ReasoningDetail {
  type: string;
  index?: unknown;
  id?: unknown;
  [field: string]: unknown;
}

const SEAL = "detail:";
const TEXT_FIELDS = new Map([
  ["reasoning.text", "text"],
  ["reasoning.summary", "summary"],
]);

export function detailsIn(value: unknown): ReasoningDetail[] {
  return Array.isArray(value) ? value.filter((one) => typeof one?.type === "string") : [];
}

/** What people can read of it. */
export function detailText(detail: ReasoningDetail): string {
  const text = detail[textField(detail)];
  return typeof text === "string" ? text : "";
}

/** Without what people can read, which is kept beside it. */
export function bareDetail(detail: ReasoningDetail): ReasoningDetail {
  return detailText(detail) === "" ? detail : { ...detail, [textField(detail)]: "" };
}

/** A detail that goes on: its text comes in pieces, its signature behind the last. undefined: `more` is another one. */
export function joinedDetail(open: ReasoningDetail, more: ReasoningDetail): ReasoningDetail | undefined {
  const { type, index } = more;
  const id = more.id ?? open.id;
  const goesOn = TEXT_FIELDS.has(type) && type === open.type && index === open.index && id === (open.id ?? id);
  if (!goesOn) return undefined;
  return { ...open, ...Object.fromEntries(Object.entries(bareDetail(more)).filter(([, value]) => value !== null)) };
}

export function sealOfDetail(detail: ReasoningDetail): string {
  return SEAL + JSON.stringify(detail);
}

/** As it goes back; undefined: the thought came otherwise. */
export function detailOfThought({ text, seal = "" }: Thought): ReasoningDetail | undefined {
  if (!seal.startsWith(SEAL)) return undefined;
  const detail = JSON.parse(seal.slice(SEAL.length)) as ReasoningDetail;
  return text === "" ? detail : { ...detail, [textField(detail)]: text };
}

function textField({ type }: ReasoningDetail): string {
  return TEXT_FIELDS.get(type) ?? "";
}
