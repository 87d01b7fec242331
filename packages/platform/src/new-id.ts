import { randomBytes } from "node:crypto";
import { type IdPrefix, typeIdFromUuid } from "@crew/contracts/ids";

let lastMs = 0;
let sequence = 0;

/**
 * UUID version 7 (RFC 9562): milliseconds, then a counter that starts at random and grows within one millisecond, so
 * that the ids of one process sort in the order in which they were made.
 */
export function uuidv7(): string {
  const bytes = randomBytes(16);
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = bytes.readUInt16BE(6) & 0x07ff;
  } else if (++sequence > 0x0fff) {
    sequence = 0;
    lastMs += 1;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function newId(prefix: IdPrefix): string {
  return typeIdFromUuid(prefix, uuidv7());
}
