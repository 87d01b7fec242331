import type { Metrics } from "@crew/core/metrics";
import type { Log, System } from "@crew/core/system";
import type pg from "pg";
import { redisCache } from "../cache/redis-cache.ts";
import { sharedLanes } from "../lanes/shared-lanes.ts";
import { redisLimiter } from "../limits/redis-limiter.ts";
import { openRedis } from "./open-redis.ts";
import { redisBus } from "./redis-bus.ts";

/** Everything that Redis carries, on two connections: one for commands, one that is subscribed. */
export async function openRedisPorts(
  { url, log, metrics, pool, laneMinuteMs }: { url: string; log: Log; metrics: Metrics; pool: pg.Pool; laneMinuteMs: number },
  stack: AsyncDisposableStack,
): Promise<Pick<System, "bus" | "cache" | "limiter" | "lanes">> {
  const client = await openRedis(url, log, metrics);
  stack.defer(() => client.destroy());
  const subscriber = await openRedis(url, log, metrics);
  stack.defer(() => subscriber.destroy());
  metrics.gauge("redis_connected", () => [{ labels: {}, value: client.isReady && subscriber.isReady ? 1 : 0 }]);
  const lanes = stack.use(sharedLanes({ client, pool, log, minuteMs: laneMinuteMs }));
  return { bus: redisBus({ client, subscriber, log }), cache: redisCache({ client }), limiter: redisLimiter({ client }), lanes };
}
