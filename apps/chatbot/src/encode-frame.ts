import type { ServerFrame } from "@crew/contracts/socket";

export function encodeFrame(frame: ServerFrame): Buffer {
  return Buffer.from(JSON.stringify(frame));
}

const encoded = new WeakMap<object, { topic: string; data: Buffer }>();

/** Many watch the same run: what came by the bus is one object for all of them, and is encoded once. */
export function encodeOnce(topic: string, source: object, frame: () => ServerFrame): Buffer {
  const known = encoded.get(source);
  if (known?.topic === topic) return known.data;
  const data = encodeFrame(frame());
  encoded.set(source, { topic, data });
  return data;
}
