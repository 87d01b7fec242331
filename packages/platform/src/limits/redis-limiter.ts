import type { Limiter } from "@crew/core/system";
import type { RedisClient } from "../bus/open-redis.ts";
import { redisAttempt } from "../bus/redis-attempt.ts";
import { inProcessLimiter } from "./in-process-limiter.ts";

const PREFIX = "crew:limit:";

/** Fixed windows that all processes share. Each process also counts for itself, and goes by that while Redis is away. */
export function redisLimiter({ client }: { client: RedisClient }): Limiter {
  const attempt = redisAttempt(client);
  const own = inProcessLimiter();
  return {
    async take(key, limit) {
      const fallback = await own.take(key, limit);
      const answer = await attempt((redis) => count(redis, PREFIX + key, limit.windowSeconds * 1_000));
      if (!answer) return fallback;
      const { taken, leftMs } = answer.value;
      return {
        allowed: taken <= limit.points,
        remaining: Math.max(0, limit.points - taken),
        resetSeconds: Math.max(1, Math.ceil(leftMs / 1_000)),
      };
    },
  };
}

async function count(client: RedisClient, key: string, windowMs: number): Promise<{ taken: number; leftMs: number }> {
  // The counter is born with its TTL: INCR first, then PEXPIRE, would leave one for ever where the second is lost.
  const [, taken, leftMs] = await client
    .multi()
    .set(key, "0", { expiration: { type: "PX", value: windowMs }, condition: "NX" })
    .incr(key)
    .pTTL(key)
    .exec();
  return { taken: Number(taken), leftMs: Number(leftMs) };
}
