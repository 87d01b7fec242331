import type { NewApiKey, RotateApiKey } from "@crew/contracts/api-keys";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findApiKeyForUpdate, replaceApiKeySecret } from "./api-key-repository.ts";
import { forgetApiKeys } from "./forget-api-keys.ts";
import { newApiKey } from "./hash-api-key.ts";

/**
 * The same key with a new secret; the old one ends with the commit. `prefix` names the secret that the caller means to
 * replace: of many at once one wins, and the others hear that they were late instead of ending the winner's.
 */
export async function rotateApiKey(
  ctx: Ctx<"db" | "now" | "newId" | "cache" | "bus">,
  apiKeyId: string,
  { prefix }: RotateApiKey,
): Promise<NewApiKey> {
  requirePermission(ctx, "api-keys:write");
  const { workspaceId, userId, permissions } = ctx.actor;
  const { key, ...secret } = newApiKey();
  const before = await inTransaction(ctx, async (ctx) => {
    const found = await findApiKeyForUpdate(ctx.db, { workspaceId, userId }, apiKeyId);
    if (!found) throw notFound("API key");
    if (found.key.prefix !== prefix)
      throw new AppError("conflict", "This key was replaced already: it begins with something else now. Read the list again.");
    // A narrow key must not get at the secret of a wider one.
    if (ctx.actor.kind !== "user" && found.key.scopes.some((scope) => !permissions.includes(scope)))
      throw new AppError("forbidden", "This key may do more than what asks for its replacement. Ask as its owner.");
    await replaceApiKeySecret(ctx.db, workspaceId, apiKeyId, secret);
    await recordAudit(ctx, { action: "api_key.rotated", subject: apiKeyId, detail: { name: found.key.name } });
    return found;
  });
  await forgetApiKeys(ctx, [{ id: apiKeyId, keyHash: before.keyHash }]);
  const { prefix: begins, lastFour } = secret;
  return { ...before.key, prefix: begins, lastFour, lastUsedAt: null, lastUsedAddress: null, key };
}
