import { forgetApiKeys } from "../api-keys/forget-api-keys.ts";
import type { System } from "../system.ts";

/**
 * After the commit that changed what people may do: their sockets and streams close and come back with what they may do
 * now, and no process goes on with what it remembers of their keys. Sessions are read with each request.
 */
export async function announceMembers(
  ctx: Pick<System, "cache" | "bus">,
  changed: { userIds: readonly string[]; apiKeys: readonly { id: string; keyHash: Buffer }[] },
): Promise<void> {
  await forgetApiKeys(ctx, changed.apiKeys);
  for (const userId of changed.userIds) ctx.bus.publish(`actor:${userId}`, { type: "revoked" });
}
