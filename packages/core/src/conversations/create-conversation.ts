import type { Conversation, CreateConversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { insertConversation } from "./conversation-repository.ts";
import { requireKnownModel } from "./require-known-model.ts";

export async function createConversation(
  ctx: Ctx<"db" | "now" | "newId" | "models" | "bus">,
  input: CreateConversation,
): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const conversation = await inTransaction(ctx, async (ctx) => {
    await requireKnownModel(ctx, input.model);
    const at = ctx.now().toISOString();
    const conversation = { id: ctx.newId("conversation"), ...input, createdAt: at, updatedAt: at };
    await insertConversation(ctx.db, ctx.actor, conversation);
    await recordAudit(ctx, { action: "conversation.created", subject: conversation.id, detail: { model: input.model } });
    return conversation;
  });
  announceConversation(ctx, conversation.id);
  return conversation;
}
