import type { ApiKey, CreateApiKey, NewApiKey } from "@crew/contracts/api-keys";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { countApiKeysForUpdate, insertApiKey } from "./api-key-repository.ts";
import { newApiKey } from "./hash-api-key.ts";

const MAX_API_KEYS = 100;

/** The key itself is in the answer and nowhere else: only its hash is kept. */
export async function createApiKey(ctx: Ctx<"db" | "now" | "newId">, input: CreateApiKey): Promise<NewApiKey> {
  requirePermission(ctx, "api-keys:write");
  refuseForeignScopes(ctx, input);
  if (input.rateClass === "high") requirePermission(ctx, "members:write");
  const now = ctx.now();
  if (input.expiresAt !== null && new Date(input.expiresAt) <= now)
    throw new AppError("invalid", "The key would have expired already.", {
      issues: [{ path: "expiresAt", message: "must lie in the future" }],
    });
  const { workspaceId, userId } = ctx.actor;
  const { key, keyHash, prefix, lastFour } = newApiKey();
  const kept: ApiKey = {
    id: ctx.newId("key"),
    name: input.name,
    prefix,
    lastFour,
    scopes: input.scopes ? [...new Set(input.scopes)] : [...ctx.actor.permissions],
    rateClass: input.rateClass ?? "standard",
    expiresAt: input.expiresAt && new Date(input.expiresAt).toISOString(),
    lastUsedAt: null,
    lastUsedAddress: null,
    createdAt: now.toISOString(),
    owner: { userId, name: ctx.actor.name },
  };
  await inTransaction(ctx, async (ctx) => {
    if ((await countApiKeysForUpdate(ctx.db, { workspaceId, userId })) >= MAX_API_KEYS)
      throw new AppError("conflict", `A person has at most ${MAX_API_KEYS} API keys. Revoke one first.`);
    await insertApiKey(ctx.db, workspaceId, kept, keyHash);
    const { name, scopes, expiresAt, rateClass } = kept;
    await recordAudit(ctx, { action: "api_key.created", subject: kept.id, detail: { name, scopes, expiresAt, rateClass } });
  });
  return { ...kept, key };
}

/** Nobody hands on more than they have, and a key no more than its own scopes. */
function refuseForeignScopes(ctx: Ctx, { scopes }: CreateApiKey): void {
  const issues = (scopes ?? []).flatMap((scope, i) =>
    ctx.actor.permissions.includes(scope) ? [] : [{ path: `scopes.${i}`, message: `you do not have ${scope} yourself` }],
  );
  if (issues.length > 0) throw new AppError("invalid", "The key would be allowed more than you are.", { issues });
}
