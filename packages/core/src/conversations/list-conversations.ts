import type { Conversation } from "@crew/contracts/conversations";
import type { Page, PageQuery } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listConversationPage } from "./conversation-repository.ts";

/** One's own, last used first. */
export async function listConversations(ctx: Ctx<"db">, query: PageQuery): Promise<Page<Conversation>> {
  requirePermission(ctx, "conversations:read");
  return listConversationPage(ctx.db, ctx.actor, query);
}
