import type { ModelProvider, UpdateModelProvider } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findKeptProvider, type KeptProvider, shownProvider, updateProviderRow } from "./model-provider-repository.ts";
import { modelIdsCacheKey } from "./provider-model-ids.ts";
import { requirePlainBaseUrl } from "./require-plain-base-url.ts";
import { sealApiKey } from "./seal-api-key.ts";

export async function updateModelProvider(
  ctx: Ctx<"db" | "now" | "newId" | "secrets" | "cache">,
  providerId: string,
  { apiKey, ...input }: UpdateModelProvider,
): Promise<ModelProvider> {
  requirePermission(ctx, "model-providers:write");
  const provider = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await findKeptProvider(ctx.db, workspaceId, providerId, { forUpdate: true });
    if (!before) throw notFound("model provider");
    requireFittingAddress(before, { apiKey, ...input });
    const change = { ...input, ...(apiKey === undefined ? {} : await sealApiKey(ctx, providerId, apiKey)) };
    await updateProviderRow(ctx.db, workspaceId, providerId, change);
    const fields = [...Object.keys(input), ...(apiKey === undefined ? [] : ["apiKey"])];
    await recordAudit(ctx, { action: "model_provider.updated", subject: providerId, detail: { name: before.name, fields } });
    return shownProvider({ ...before, ...change });
  });
  await ctx.cache.delete(modelIdsCacheKey(providerId));
  return provider;
}

function requireFittingAddress(before: KeptProvider, { apiKey, baseUrl }: UpdateModelProvider): void {
  if (baseUrl === undefined) return;
  requirePlainBaseUrl(baseUrl);
  if (before.kind === "openai-compatible" && baseUrl === null)
    throw new AppError("invalid", "This kind of provider needs an address.", {
      issues: [{ path: "baseUrl", message: "is needed for openai-compatible" }],
    });
  // Else whoever may edit a provider could have its write-only key sent to a server of their own, and read it there.
  if (before.apiKeyEncrypted !== null && apiKey === undefined && originOf(baseUrl) !== originOf(before.baseUrl))
    throw new AppError("invalid", "The key was given for another address. Give it again with the new one, or null to remove it.", {
      issues: [{ path: "apiKey", message: "is needed with another address" }],
    });
}

function originOf(baseUrl: string | null): string | null {
  return baseUrl === null ? null : new URL(baseUrl).origin;
}
