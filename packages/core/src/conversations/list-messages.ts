import type { Message } from "@crew/contracts/conversations";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { getConversation } from "./get-conversation.ts";
import { listMessagePage } from "./message-repository.ts";

/** Those of the branch that is shown, newest first, so that the first page is what the reader sees at the bottom. */
export async function listMessages(ctx: Ctx<"db">, conversationId: string, query: PageQuery): Promise<Page<Message>> {
  requirePermission(ctx, "conversations:read");
  const { headId } = await getConversation(ctx, conversationId);
  return listMessagePage(ctx.db, { workspaceId: ctx.actor.workspaceId, conversationId }, headId, query);
}
