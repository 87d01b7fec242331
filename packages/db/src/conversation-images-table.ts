import type { ImageType } from "@crew/contracts/images";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { bytes, typeId } from "./columns.ts";

export const conversationImagesTable = pgTable("conversation_images", {
  id: typeId("image", "id").primaryKey(),
  messageId: typeId("message", "message_id").notNull(),
  position: integer("position").notNull(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  conversationId: typeId("conversation", "conversation_id").notNull(),
  name: text("name").notNull(),
  type: text("type").$type<ImageType>().notNull(),
  bytes: integer("bytes").notNull(),
  content: bytes("content").notNull(),
});
