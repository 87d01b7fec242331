import type { ConversationTarget } from "@crew/contracts/conversations";

export const MODEL_ALONE: ConversationTarget = { kind: "model" };

/** Whom a link to the chat page means to talk to, and the words that stand ready in the field. */
export function talkOfAddress(query: { get(name: string): string | null }): { target: ConversationTarget; words: string } {
  const [crewId, agentId, runId] = [query.get("crew"), query.get("agent"), query.get("run")];
  const words = runId ? `About the run ${runId}: ` : "";
  if (agentId) return { target: { kind: "agent", agentId }, words };
  if (crewId) return { target: { kind: "crew", crewId }, words };
  return { target: query.get("platform") === "1" ? { kind: "platform" } : MODEL_ALONE, words };
}
