import type { Message } from "@crew/contracts/conversations";
import type { MessagePart } from "@crew/contracts/message-parts";

export type ContextPart = Extract<MessagePart, { type: "context" }>;
export type SummaryPart = Extract<MessagePart, { type: "summary" }>;

/** What the model was shown for an answer; null: nobody has kept it. */
export function contextOf(message: Message | undefined): { context: ContextPart; summary: SummaryPart | null } | null {
  const context = message?.parts.find((part) => part.type === "context");
  return context ? { context, summary: message?.parts.find((part) => part.type === "summary") ?? null } : null;
}

export function tokensOf({ instructions, facts, summary, messages, files }: ContextPart): number {
  return instructions + facts + summary + messages + files;
}

export function percentOf(context: ContextPart): number {
  return Math.min(100, Math.round((tokensOf(context) / context.budget) * 100));
}

/** Names of what was sent with a message. */
export function fileNamesOf(message: Message): string[] {
  return message.parts.flatMap((part) => (part.type === "file" ? [part.name] : []));
}
