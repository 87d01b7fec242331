import type { Conversation, ExportConversationQuery, Message } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { getConversation } from "./get-conversation.ts";
import { listMessagesFromStart } from "./message-repository.ts";

const MAX_MESSAGES = 5_000;
const MAX_CHARACTERS = 20_000_000;

/** The branch that is shown, to read; or all branches with everything that is known of their messages. */
export async function exportConversation(ctx: Ctx<"db">, conversationId: string, { format }: ExportConversationQuery): Promise<string> {
  requirePermission(ctx, "conversations:read");
  const conversation = await getConversation(ctx, conversationId);
  const { headId } = conversation;
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  const onlyHead = format === "markdown" && headId ? headId : undefined;
  const messages = await listMessagesFromStart(ctx.db, place, MAX_MESSAGES + 1, onlyHead);
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (messages.length > MAX_MESSAGES || characters > MAX_CHARACTERS)
    throw new AppError("too_large", "This conversation is too long for one file. Read it page by page by its messages.");
  return format === "json" ? `${JSON.stringify({ conversation, messages }, null, 2)}\n` : markdownOf(conversation, messages);
}

function markdownOf({ title, model, ownerName }: Conversation, messages: readonly Message[]): string {
  const turns = messages.map(({ role, content: said, state, error, parts }) => {
    const content = parts.some(({ type }) => type === "json") ? `\`\`\`json\n${said}\n\`\`\`` : said;
    const words = state === "failed" ? `${content}\n\n_The answer failed: ${error?.message ?? "no reason was given"}_` : content;
    return `## ${role === "user" ? ownerName || "Question" : "Answer"}\n\n${words.trim() || "_Nothing yet_"}\n`;
  });
  return [`# ${title}\n`, `Model: ${model}\n`, ...turns].join("\n");
}
