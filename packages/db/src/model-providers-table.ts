import type { ModelProviderKind } from "@crew/contracts/model-providers";
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const modelProvidersTable = pgTable("model_providers", {
  id: typeId("provider", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  kind: text("kind").$type<ModelProviderKind>().notNull(),
  name: text("name").notNull(),
  baseUrl: text("base_url"),
  models: text("models").array().notNull(),
  contextTokens: jsonb("context_tokens").$type<Record<string, number>>().notNull().default({}),
  apiKeyEncrypted: text("api_key_encrypted"),
  keyLastFour: text("key_last_four"),
  requestsPerMinute: integer("requests_per_minute"),
  tokensPerMinute: integer("tokens_per_minute"),
  maxConcurrent: integer("max_concurrent"),
  createdAt: instant("created_at").notNull(),
});
