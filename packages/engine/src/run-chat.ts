import { runAgentLoop } from "./agent-loop.ts";
import type { RunHost } from "./host.ts";
import type { ModelMessage } from "./model.ts";
import { chatInstructions } from "./prompts.ts";
import { documentTaint, joinTaint, type Taint } from "./taint.ts";
import { calculator } from "./tools/calculator.ts";
import { currentTime } from "./tools/current-time.ts";
import { readDocument } from "./tools/read-document.ts";

const CHAT_MODEL_CALLS = 12;
/** Older messages beyond this are left out, whole; the last one always goes in. */
const HISTORY_CHARACTERS = 240_000;

export interface Chat {
  model: string;
  /** Ends with the person's message; the host's documents are its attachments. */
  history: readonly ModelMessage[];
  /** Content from outside that earlier answers were made from. */
  taintedBy: Taint;
}

/** One answer of an assistant, with everything from outside that it was made from. */
export async function runChat(host: RunHost, chat: Chat): Promise<{ text: string; taintedBy: string[] }> {
  const tools = host.documents.length > 0 ? [calculator, currentTime, readDocument] : [calculator, currentTime];
  const { text, taintedBy } = await runAgentLoop({
    host,
    at: "chat",
    place: {},
    model: chat.model,
    fallbackModels: [],
    messages: [{ role: "system", content: chatInstructions(host.documents) }, ...recentHistory(chat.history)],
    tools,
    maxIterations: CHAT_MODEL_CALLS,
    taintedBy: joinTaint(chat.taintedBy, documentTaint(host.documents)),
  });
  return { text, taintedBy };
}

function recentHistory(history: readonly ModelMessage[]): ModelMessage[] {
  // An answer that was stopped before its first word: providers refuse empty messages.
  const said = history.filter((message) => message.content.trim() !== "" || (message.role === "assistant" && message.toolCalls?.length));
  let left = HISTORY_CHARACTERS;
  const from = said.findLastIndex((message) => {
    left -= message.content.length;
    return left < 0;
  });
  return said.slice(Math.min(from + 1, said.length - 1));
}
