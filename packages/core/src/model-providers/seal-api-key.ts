import type { Ctx } from "../system.ts";
import { ensureWrappedDataKey } from "../workspaces/workspace-repository.ts";
import { keyLastFour } from "./key-last-four.ts";
import { apiKeyPlace } from "./provider-settings.ts";

/** The columns that keep a provider's key. Makes the workspace's data key with its first secret. */
export async function sealApiKey(
  ctx: Ctx<"db" | "secrets">,
  providerId: string,
  apiKey: string | null,
): Promise<{ apiKeyEncrypted: string | null; keyLastFour: string | null }> {
  if (apiKey === null) return { apiKeyEncrypted: null, keyLastFour: null };
  const { workspaceId } = ctx.actor;
  const dataKey = await ensureWrappedDataKey(ctx.db, workspaceId, () => ctx.secrets.newDataKey(workspaceId));
  const apiKeyEncrypted = ctx.secrets.seal(dataKey, apiKeyPlace({ id: providerId, workspaceId }), apiKey);
  return { apiKeyEncrypted, keyLastFour: keyLastFour(apiKey) };
}
