import type { ImageType } from "@crew/contracts/images";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findImage } from "./conversation-image-repository.ts";
import { getConversation } from "./get-conversation.ts";

/** A picture of a conversation that this person may read. */
export async function getImage(ctx: Ctx<"db">, conversationId: string, imageId: string): Promise<{ type: ImageType; content: Buffer }> {
  requirePermission(ctx, "conversations:read");
  await getConversation(ctx, conversationId);
  const image = await findImage(ctx.db, { workspaceId: ctx.actor.workspaceId, conversationId }, imageId);
  if (!image) throw notFound("picture");
  return image;
}
