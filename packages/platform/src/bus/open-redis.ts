import { setTimeout as delay } from "node:timers/promises";
import type { Metrics } from "@crew/core/metrics";
import type { Log } from "@crew/core/system";
import { createClient } from "redis";
import { NO_METRICS } from "../telemetry/open-metrics.ts";

/** How long a start waits for Redis before it goes on without: services start in any order. */
const FIRST_CONNECT_MS = 1_000;
const COMMAND_TIMEOUT_MS = 1_000;
const MAX_QUEUED_COMMANDS = 20_000;

/** Event of a client whose command was given up. */
export const UNANSWERED = "crew:unanswered";

export type RedisClient = ReturnType<typeof newClient>;

/** A client that never queues while Redis is away and comes back by itself. Subscribing needs a client of its own. */
export async function openRedis(url: string, log: Log, metrics: Metrics = NO_METRICS): Promise<RedisClient> {
  const client = newClient(url);
  logOutages(client, log);
  client.on("error", () => metrics.count("redis_failures", { what: "connection" }));
  client.on(UNANSWERED, () => metrics.count("redis_failures", { what: "unanswered" }));
  const connecting = client.connect().catch((error: unknown) => log.debug({ err: error }, "Redis is not there yet"));
  await Promise.race([connecting, delay(FIRST_CONNECT_MS, undefined, { ref: false })]);
  return client;
}

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_QUEUED_COMMANDS,
    commandOptions: { timeout: COMMAND_TIMEOUT_MS },
    // A server that is frozen, not gone, answers no ping: its socket is given up after `socketTimeout`.
    pingInterval: 2_000,
    maintNotifications: "disabled",
    disableClientInfo: true,
    socket: {
      connectTimeout: 2_000,
      socketTimeout: 6_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), 2_000) * (0.5 + Math.random() / 2),
    },
  });
}

/**
 * One line when Redis goes and one when it is back, however many attempts lie between. Without a listener an error
 * event would end the process.
 */
function logOutages(client: ReturnType<typeof newClient>, log: Log): void {
  let isAway = false;
  client.on("error", (error: Error) => {
    if (isAway || client.isReady) return;
    isAway = true;
    log.warn({ err: error }, "Redis is away: live updates, cache and shared limits are degraded");
  });
  client.on("ready", () => {
    if (isAway) log.info({}, "Redis is back");
    isAway = false;
  });
}
