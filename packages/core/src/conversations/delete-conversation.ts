import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { requestCancel } from "../runs/cancel-run.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { findConversation, removeConversation } from "./conversation-repository.ts";
import { findPendingAnswer } from "./message-repository.ts";

/**
 * With its messages. An answer under way is stopped before, in a transaction of its own: one that starts between the
 * two finds no conversation when its worker takes it up, and ends.
 */
export async function deleteConversation(ctx: Ctx<"db" | "now" | "newId" | "bus">, conversationId: string): Promise<null> {
  requirePermission(ctx, "conversations:write");
  if (!(await findConversation(ctx.db, ctx.actor, conversationId))) throw notFound("conversation");
  const pending = await findPendingAnswer(ctx.db, { workspaceId: ctx.actor.workspaceId, conversationId });
  if (pending?.runId) await requestCancel(ctx, pending.runId);
  await inTransaction(ctx, async (ctx) => {
    if (!(await removeConversation(ctx.db, ctx.actor, conversationId))) throw notFound("conversation");
    await recordAudit(ctx, { action: "conversation.deleted", subject: conversationId });
  });
  announceConversation(ctx, conversationId);
  return null;
}
