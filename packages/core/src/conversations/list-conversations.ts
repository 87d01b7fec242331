import type { ConversationListQuery, ListedConversation } from "@crew/contracts/conversations";
import type { Page } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listConversationPage } from "./conversation-repository.ts";

/** One's own, or those that others share; pinned ones first, then last used first. */
export async function listConversations(ctx: Ctx<"db">, query: ConversationListQuery): Promise<Page<ListedConversation>> {
  requirePermission(ctx, "conversations:read");
  return listConversationPage(ctx.db, ctx.actor, query);
}
