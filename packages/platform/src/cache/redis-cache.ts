import type { Cache } from "@crew/core/system";
import type { RedisClient } from "../bus/open-redis.ts";
import { redisAttempt } from "../bus/redis-attempt.ts";

const PREFIX = "crew:cache:";
const MAX_UNDELETED = 10_000;

export function redisCache({ client }: { client: RedisClient }): Cache {
  const attempt = redisAttempt(client);
  /** Deleted here while Redis was away: read as absent until they are really gone. */
  const undeleted = new Set<string>();

  function distrust(key: string): void {
    undeleted.add(key);
    for (const oldest of undeleted) {
      if (undeleted.size <= MAX_UNDELETED) break;
      undeleted.delete(oldest);
    }
  }

  async function remove(key: string): Promise<void> {
    distrust(key);
    const removed = await attempt((redis) => redis.unlink(PREFIX + key));
    if (removed) undeleted.delete(key);
  }

  return {
    async get<T>(key: string) {
      if (undeleted.has(key)) {
        await remove(key);
        return undefined;
      }
      const found = await attempt((redis) => redis.get(PREFIX + key));
      return found?.value == null ? undefined : (JSON.parse(found.value) as T);
    },
    async set(key, value, ttlSeconds) {
      const json = JSON.stringify(value);
      if (json === undefined) return remove(key);
      const milliseconds = Math.max(1, Math.ceil(ttlSeconds * 1_000));
      const written = await attempt((redis) => redis.set(PREFIX + key, json, { expiration: { type: "PX", value: milliseconds } }));
      if (written) undeleted.delete(key);
      // What is there now may be older than what was to replace it.
      else distrust(key);
    },
    delete: remove,
  };
}
