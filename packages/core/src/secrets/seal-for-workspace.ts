import type { Ctx, SecretPlace } from "../system.ts";
import { insertDataKey, lockDataKeys, takeDataKey } from "./data-key-repository.ts";

/**
 * Seals a value of the actor's workspace for the place where it will stand. Call it in the transaction that writes it:
 * the first seal makes the workspace's data key.
 */
export async function sealForWorkspace(
  ctx: Ctx<"db" | "secrets" | "now">,
  at: Omit<SecretPlace, "workspaceId">,
  plaintext: string,
): Promise<string> {
  const { workspaceId } = ctx.actor;
  const wrappedKey = (await takeDataKey(ctx.db, workspaceId)) ?? (await makeDataKey(ctx));
  return ctx.secrets.seal(wrappedKey, { ...at, workspaceId }, plaintext);
}

async function makeDataKey(ctx: Ctx<"db" | "secrets" | "now">): Promise<string> {
  const { workspaceId } = ctx.actor;
  await lockDataKeys(ctx.db, workspaceId);
  const made = await takeDataKey(ctx.db, workspaceId);
  if (made !== undefined) return made;
  const { id, wrapped } = await ctx.secrets.newDataKey(workspaceId);
  await insertDataKey(ctx.db, { workspaceId, keyId: id, wrappedKey: wrapped, createdAt: ctx.now().toISOString() });
  return wrapped;
}
