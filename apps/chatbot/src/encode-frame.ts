import type { RunEvent } from "@crew/contracts/run-events";
import type { ServerFrame } from "@crew/contracts/socket";

export function encodeFrame(frame: ServerFrame): Buffer {
  return Buffer.from(JSON.stringify(frame));
}

const encodedEvents = new WeakMap<RunEvent, { topic: string; data: Buffer }>();

/** Many watch the same run: an event that came by the bus is one object for all of them, and is encoded once. */
export function encodeEvent(topic: string, event: RunEvent): Buffer {
  const known = encodedEvents.get(event);
  if (known?.topic === topic) return known.data;
  const data = encodeFrame({ type: "event", topic, event });
  encodedEvents.set(event, { topic, data });
  return data;
}
