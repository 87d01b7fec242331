import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { requestCancel } from "../runs/cancel-run.ts";
import type { Ctx } from "../system.ts";
import { announceToReaders } from "./announce-conversation.ts";
import { findConversation, removeConversation } from "./conversation-repository.ts";
import { findPendingAnswer } from "./message-repository.ts";

/**
 * With its messages. An answer under way is stopped before, in a transaction of its own: one that starts between the
 * two finds no conversation when its worker takes it up, and ends.
 *
 * Runs outlive their conversation, but those of a temporary one lose their texts with it (`forget_run` in the database,
 * also where the run ends later): inputs, steps, events, documents, outputs, questions, dead letters and errors. What
 * stays is what says nothing of its content: a run without words, in no list, for the ledger's sums of calls, tokens and
 * costs, and the audit records that a conversation was there and that messages were sent.
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
  announceToReaders(ctx, conversationId);
  return null;
}
