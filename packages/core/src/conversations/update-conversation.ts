import type { Conversation, UpdateConversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceToReaders } from "./announce-conversation.ts";
import { findConversationForUpdate, updateConversationRow } from "./conversation-repository.ts";
import { type ChatModels, requireKnownModels } from "./require-known-models.ts";

/**
 * A new model answers from the next message on, and is shown the pinned facts from then on. What only puts the conversation
 * somewhere else does not count as using it.
 */
export async function updateConversation(
  ctx: Ctx<"db" | "now" | "newId" | "models" | "bus">,
  conversationId: string,
  input: UpdateConversation,
): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const conversation = await inTransaction(ctx, async (ctx) => {
    const before = await findConversationForUpdate(ctx.db, ctx.actor, conversationId);
    if (!before) throw notFound("conversation");
    const models = modelsAfter(before, input);
    if (models) await requireKnownModels(ctx, models);
    const change = changeOf({ ...input, ...models }, ctx.now().toISOString());
    const conversation = await updateConversationRow(ctx.db, ctx.actor, conversationId, change);
    if (!conversation) throw notFound("conversation");
    if (conversation.isTemporary) refuseToKeep(input);
    await recordAudit(ctx, { action: "conversation.updated", subject: conversationId, detail: { fields: Object.keys(input) } });
    return conversation;
  });
  announceToReaders(ctx, conversationId);
  return conversation;
}

/** A fallback model that is chosen as the first one moves there; `null`: the models stay. */
function modelsAfter(
  before: ChatModels,
  { model, fallbackModels }: UpdateConversation,
): { model: string; fallbackModels: string[] } | null {
  if (model === undefined && fallbackModels === undefined) return null;
  const first = model ?? before.model;
  return { model: first, fallbackModels: fallbackModels ?? before.fallbackModels.filter((name) => name !== first) };
}

function changeOf({ isPinned, isArchived, isShared, ...told }: UpdateConversation, now: string) {
  const isMoved = [isPinned, isArchived, isShared].some((each) => each !== undefined);
  return {
    ...told,
    ...(isPinned !== undefined && { pinnedAt: isPinned ? now : null }),
    ...(isArchived !== undefined && { archivedAt: isArchived ? now : null }),
    ...(isShared !== undefined && { isShared }),
    ...((Object.keys(told).length > 0 || !isMoved) && { updatedAt: now }),
  };
}

/** Rolls back what was changed. */
function refuseToKeep({ title, isPinned, isArchived, isShared }: UpdateConversation): void {
  if (title === undefined && !isPinned && !isArchived && !isShared) return;
  throw new AppError("invalid", "A temporary conversation leaves nothing: it has no title and cannot be pinned, archived or shared.");
}
