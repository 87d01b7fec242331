import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import type { Ctx } from "../system.ts";
import { keyLastFour } from "./key-last-four.ts";
import { apiKeyPlace } from "./provider-settings.ts";

/** The columns that keep a provider's key. */
export async function sealApiKey(
  ctx: Ctx<"db" | "secrets" | "now">,
  providerId: string,
  apiKey: string | null,
): Promise<{ apiKeyEncrypted: string | null; keyLastFour: string | null }> {
  if (apiKey === null) return { apiKeyEncrypted: null, keyLastFour: null };
  const apiKeyEncrypted = await sealForWorkspace(ctx, apiKeyPlace({ id: providerId, workspaceId: ctx.actor.workspaceId }), apiKey);
  return { apiKeyEncrypted, keyLastFour: keyLastFour(apiKey) };
}
