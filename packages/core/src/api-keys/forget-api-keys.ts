import type { System } from "../system.ts";
import { cacheKeyOf } from "./hash-api-key.ts";

/** After the commit that ended keys or changed what they may do: no process goes on with what it remembers of them. */
export async function forgetApiKeys(ctx: Pick<System, "cache" | "bus">, keys: readonly { id: string; keyHash: Buffer }[]): Promise<void> {
  await Promise.all(keys.map(({ keyHash }) => ctx.cache.delete(cacheKeyOf(keyHash))));
  // Sockets and streams that were opened with a key listen for this.
  for (const { id } of keys) ctx.bus.publish(`actor:${id}`, { type: "revoked" });
}
