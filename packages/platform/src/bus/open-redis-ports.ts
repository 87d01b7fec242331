import type { Log, System } from "@crew/core/system";
import { redisCache } from "../cache/redis-cache.ts";
import { redisLimiter } from "../limits/redis-limiter.ts";
import { openRedis } from "./open-redis.ts";
import { redisBus } from "./redis-bus.ts";

/** Everything that Redis carries, on two connections: one for commands, one that is subscribed. */
export async function openRedisPorts(
  url: string,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<Pick<System, "bus" | "cache" | "limiter">> {
  const client = await openRedis(url, log);
  stack.defer(() => client.destroy());
  const subscriber = await openRedis(url, log);
  stack.defer(() => subscriber.destroy());
  return { bus: redisBus({ client, subscriber, log }), cache: redisCache({ client }), limiter: redisLimiter({ client }) };
}
