import type { ChatTurn } from "./chat-turn-repository.ts";
import type { ExecutionContext } from "./execution-context.ts";

/** Whom a chat asks when its model gives up: those that an agent has for its own model, then those of the conversation. */
export function chatFallbacks({ journal }: ExecutionContext, { model, target, fallbackModels }: ChatTurn): string[] {
  const { definition } = journal.claim;
  const agent = target?.kind === "agent" ? definition?.agents.find(({ id }) => id === target.agentId) : undefined;
  // Who chose another model for the conversation meant that one.
  const own = agent && model === (agent.model ?? definition?.model) ? agent.fallbackModels : [];
  return [...new Set([...own, ...fallbackModels])].filter((name) => name !== model);
}
