import type { Conversation, CreateConversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { insertConversation } from "./conversation-repository.ts";
import { findTalkPartner } from "./find-talk-partner.ts";
import { requireKnownModels } from "./require-known-models.ts";

const DEFAULT_MODEL = "demo/extractive";
const TEMPORARY_TITLE = "Temporary conversation";

/** A temporary one is in no list and leaves nothing behind: `deleteConversation` says what that means. */
export async function createConversation(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "models" | "bus">,
  input: CreateConversation,
): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const target = input.target ?? { kind: "model" };
  const partner = await findTalkPartner(ctx, target);
  const model = input.model ?? partner?.model ?? DEFAULT_MODEL;
  const fallbackModels = input.fallbackModels ?? [];
  const conversation = await inTransaction(ctx, async (ctx) => {
    await requireKnownModels(ctx, { model, fallbackModels });
    const at = ctx.now().toISOString();
    const isTemporary = input.isTemporary ?? false;
    // Its title goes on to runs, and may be kept for a request that is sent again.
    const title = isTemporary ? TEMPORARY_TITLE : input.title;
    const row = { id: ctx.newId("conversation"), title, model, fallbackModels, target, isTemporary, createdAt: at, updatedAt: at };
    const conversation = await insertConversation(ctx.db, ctx.actor, row);
    await recordAudit(ctx, { action: "conversation.created", subject: conversation.id, detail: { model, ...(partner && { target }) } });
    return conversation;
  });
  announceConversation(ctx, conversation.id);
  return conversation;
}
