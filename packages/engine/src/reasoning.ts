import type { ModelReply, Reasoning } from "./model.ts";

/** What is kept of one reply's thinking, and of all thinking that one answer shows; in UTF-16 code units. */
export const MAX_REASONING_CHARACTERS = 64 * 1024;

/** Between two thoughts of one reply. */
export const THOUGHT_BREAK = "\n\n";

const CUT_MARK = "\n\n[What was thought after this is left out: it was too long.]";

/** Thinking as people read it; empty: the provider told of none. */
export function reasoningText({ reasoning }: Pick<ModelReply, "reasoning">): string {
  if (!reasoning) return "";
  const text = reasoning.thoughts.flatMap((thought) => (thought.text === "" ? [] : [thought.text])).join(THOUGHT_BREAK);
  return reasoning.isCut ? text + CUT_MARK : text;
}

/** As much of it as there is room for, with a mark where that is not all; undefined: the mark stands already. */
export function reasoningWithin(text: string, used: number): string | undefined {
  const room = MAX_REASONING_CHARACTERS - used;
  if (room < 0) return undefined;
  return text.length <= room || text.endsWith(CUT_MARK) ? text : text.slice(0, room) + CUT_MARK;
}

/**
 * What of a reply's thinking its provider wants back with the tool calls that it led to; undefined: nothing. Built key by
 * key: what the journal returns has them in another order, and a request is compared with what it was before.
 */
export function owedReasoning({ reasoning }: ModelReply): Reasoning | undefined {
  if (!reasoning) return undefined;
  const { by, callSeals } = reasoning;
  const thoughts = reasoning.thoughts.flatMap(({ text, at, seal }) => (seal === undefined ? [] : [{ text, at, seal }]));
  return thoughts.length > 0 || callSeals ? { by, thoughts, ...(callSeals && { callSeals: [...callSeals] }) } : undefined;
}
