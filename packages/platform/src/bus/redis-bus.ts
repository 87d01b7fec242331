import { setTimeout as delay } from "node:timers/promises";
import type { Bus, BusMessage, BusTopic, Log } from "@crew/core/system";
import { clipDelta } from "./live-texts.ts";
import type { RedisClient } from "./open-redis.ts";
import { RedisLiveTexts } from "./redis-live-texts.ts";

type Handler = (message: BusMessage) => void;

interface Subscription {
  handlers: Set<{ handle: Handler }>;
  isConfirmed: boolean;
  confirming: Promise<void>;
}

/** Who subscribes while Redis is away or silent goes on after this time; the rows heal what is missed. */
const CONFIRM_MS = 500;
const PREFIX = "crew:bus:";

export function redisBus({ client, subscriber, log }: { client: RedisClient; subscriber: RedisClient; log: Log }): Bus {
  const subscriptions = new Map<string, Subscription>();
  /** Channels that could not be left while Redis was away. */
  const unwanted = new Set<string>();
  const live = new RedisLiveTexts(client);

  function onMessage(text: string, channel: string): void {
    const handlers = subscriptions.get(channel)?.handlers;
    if (!handlers) return;
    const message = parseMessage(text);
    if (!message) return;
    for (const { handle } of [...handlers]) {
      try {
        handle(message);
      } catch (error) {
        log.error({ err: error, channel }, "a handler of the bus failed");
      }
    }
  }

  async function confirm(channel: string, subscription: Subscription): Promise<void> {
    try {
      await subscriber.subscribe(channel, onMessage);
      subscription.isConfirmed = true;
    } catch (error) {
      log.debug({ err: error, channel }, "subscribing waits for Redis");
    }
  }

  async function leave(channel: string): Promise<void> {
    try {
      await subscriber.unsubscribe(channel, onMessage);
      unwanted.delete(channel);
    } catch {
      unwanted.add(channel);
    }
  }

  // The client resubscribes by itself only what was confirmed before the connection broke.
  subscriber.on("ready", () => {
    for (const [channel, subscription] of subscriptions) {
      if (!subscription.isConfirmed) subscription.confirming = confirm(channel, subscription);
    }
    for (const channel of unwanted) {
      if (subscriptions.has(channel)) unwanted.delete(channel);
      else void leave(channel);
    }
  });

  return {
    publish(topic, message) {
      const clipped = message.type === "delta" ? clipDelta(message) : message;
      if (!clipped) return;
      // Before the message itself and on the same connection: who subscribed too late for the one finds the other.
      if (clipped.type === "delta") live.append(topic, clipped);
      if (client.isReady) client.publish(PREFIX + topic, JSON.stringify(clipped)).catch(() => {});
    },
    async subscribe(topic: BusTopic, handler) {
      const channel = PREFIX + topic;
      const entry = { handle: handler };
      let subscription = subscriptions.get(channel);
      if (!subscription) {
        subscription = { handlers: new Set(), isConfirmed: false, confirming: Promise.resolve() };
        subscriptions.set(channel, subscription);
        subscription.confirming = confirm(channel, subscription);
      }
      const joined = subscription;
      joined.handlers.add(entry);
      if (!joined.isConfirmed) await Promise.race([joined.confirming, delay(CONFIRM_MS, undefined, { ref: false })]);
      return async () => {
        joined.handlers.delete(entry);
        if (joined.handlers.size > 0 || subscriptions.get(channel) !== joined) return;
        subscriptions.delete(channel);
        await Promise.race([leave(channel), delay(CONFIRM_MS, undefined, { ref: false })]);
      };
    },
    liveCalls: (topic) => live.list(topic),
    endCall: (topic, callId) => live.end(topic, callId),
  };
}

function parseMessage(text: string): BusMessage | undefined {
  try {
    return JSON.parse(text) as BusMessage;
  } catch {
    return undefined;
  }
}
