import { typeIdFromUuid } from "@crew/contracts/ids";
import type { Actor } from "../access/actor.ts";
import { permissionsOf, permissionsWithin } from "../access/require-permission.ts";
import type { System } from "../system.ts";
import { type FoundApiKey, findApiKeyByHash, touchApiKey } from "./api-key-repository.ts";
import { cacheKeyOf, hashApiKey } from "./hash-api-key.ts";

/** How long a revoked key or a role that was taken away may still count on another process. */
const REMEMBERED_SECONDS = 5;

interface Remembered {
  actor: Actor;
  expiresAt: string | null;
}

/**
 * Who shows this key; `undefined` when it is unknown, revoked or expired, or its owner has left the workspace. It may
 * do what its scopes and its owner's role of today both allow. What is not found is not remembered: guesses fill no cache.
 */
export async function findActorByApiKey(
  ctx: Pick<System, "statements" | "cache" | "metrics" | "now">,
  key: string,
  /** Where the request came from; noted for the key's owner. */
  address: string | null = null,
): Promise<Actor | undefined> {
  const keyHash = hashApiKey(key);
  if (!keyHash) return undefined;
  const cacheKey = cacheKeyOf(keyHash);
  const remembered = await ctx.cache.get<Remembered>(cacheKey);
  ctx.metrics.count("cache_lookups", { cache: "api_keys", result: remembered ? "hit" : "miss" });
  if (remembered) return isOver(ctx.now(), remembered.expiresAt) ? undefined : remembered.actor;
  const found = await findApiKeyByHash(ctx.statements, keyHash);
  if (!found || isOver(ctx.now(), found.expires_at)) return undefined;
  if (found.is_use_due) await touchApiKey(ctx.statements, found.id, address);
  const actor = actorOf(found);
  await ctx.cache.set(cacheKey, { actor, expiresAt: found.expires_at } satisfies Remembered, REMEMBERED_SECONDS);
  return actor;
}

function isOver(now: Date, expiresAt: string | null): boolean {
  return expiresAt !== null && new Date(expiresAt) <= now;
}

function actorOf(found: FoundApiKey): Actor {
  return {
    kind: "api_key",
    userId: typeIdFromUuid("user", found.user_id),
    apiKeyId: typeIdFromUuid("key", found.id),
    name: found.name,
    workspaceId: typeIdFromUuid("workspace", found.workspace_id),
    role: found.role,
    rateClass: found.rate_class,
    permissions: permissionsWithin(found.scopes, permissionsOf(found.role, found.custom_permissions)),
    ...(found.lacks_second_factor && { lacksSecondFactor: true }),
  };
}
