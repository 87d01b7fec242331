import type { CreateModelProvider, ModelProvider } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { countProviders, insertProvider, shownProvider } from "./model-provider-repository.ts";
import { requirePlainBaseUrl } from "./require-plain-base-url.ts";
import { sealApiKey } from "./seal-api-key.ts";

const MAX_PROVIDERS = 50;

export async function createModelProvider(
  ctx: Ctx<"db" | "now" | "newId" | "models" | "secrets">,
  { apiKey, ...input }: CreateModelProvider,
): Promise<ModelProvider> {
  requirePermission(ctx, "model-providers:write");
  requirePlainBaseUrl(input.baseUrl);
  if (input.name === "demo" || ctx.models.environmentProviders.some(({ name }) => name === input.name)) throw nameTaken(input.name);
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    if ((await countProviders(ctx.db, workspaceId)) >= MAX_PROVIDERS)
      throw new AppError("conflict", `A workspace has at most ${MAX_PROVIDERS} model providers. Remove one first.`);
    const id = ctx.newId("provider");
    const provider = { ...input, ...(await sealApiKey(ctx, id, apiKey)), id, workspaceId, createdAt: ctx.now().toISOString() };
    if (!(await insertProvider(ctx.db, provider))) throw nameTaken(input.name);
    const { kind, name, baseUrl } = input;
    await recordAudit(ctx, { action: "model_provider.created", subject: id, detail: { kind, name, baseUrl, hasKey: apiKey !== null } });
    return shownProvider({ ...provider, wrappedDataKey: null });
  });
}

function nameTaken(name: string): AppError {
  return new AppError("conflict", `There is a model provider named ${name} already. Choose another name.`);
}
