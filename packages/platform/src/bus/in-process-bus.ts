import type { Bus, BusMessage, BusTopic, Log } from "@crew/core/system";
import { clipDelta, LiveTexts } from "./live-texts.ts";

type Handler = (message: BusMessage) => void;

export function inProcessBus({ log }: { log?: Log } = {}): Bus {
  const topics = new Map<BusTopic, Set<{ handle: Handler }>>();
  const live = new LiveTexts();
  let waiting: { topic: BusTopic; message: BusMessage }[] = [];

  /** After the publisher's own code, so that no handler runs in the middle of it and one order holds for all. */
  function deliver(): void {
    const batch = waiting;
    waiting = [];
    for (const { topic, message } of batch) {
      for (const { handle } of [...(topics.get(topic) ?? [])]) {
        try {
          handle(message);
        } catch (error) {
          log?.error({ err: error, topic }, "a handler of the bus failed");
        }
      }
    }
  }

  return {
    publish(topic, message) {
      const clipped = message.type === "delta" ? clipDelta(message) : message;
      if (!clipped) return;
      if (clipped.type === "delta") live.append(topic, clipped);
      if (!topics.has(topic)) return;
      waiting.push({ topic, message: clipped });
      if (waiting.length === 1) queueMicrotask(deliver);
    },
    async subscribe(topic, handler) {
      const entry = { handle: handler };
      const handlers = topics.get(topic) ?? new Set();
      handlers.add(entry);
      topics.set(topic, handlers);
      return async () => {
        handlers.delete(entry);
        if (handlers.size === 0 && topics.get(topic) === handlers) topics.delete(topic);
      };
    },
    async liveCalls(topic) {
      return live.list(topic);
    },
    endCall(topic, callId) {
      live.end(topic, callId);
    },
  };
}
