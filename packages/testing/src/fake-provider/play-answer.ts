import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { JournalCall } from "./call-journal.ts";
import type { FakeFault, FakeReply } from "./fake-script.ts";
import type { WireFormat } from "./wire-format.ts";

export interface Playing {
  response: ServerResponse;
  entry: JournalCall;
  /** Aborts when the client has gone. */
  gone: AbortSignal;
  reply: FakeReply;
  /** When what `holdAfter` holds goes on. */
  released: Promise<void>;
  wire: WireFormat;
}

/** Writes a stream with its pace and its fault. Resolves when nothing more will be written. */
export async function playStream(playing: Playing, events: string[]): Promise<void> {
  const { response, reply, wire } = playing;
  const fault = reply.fault;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  response.flushHeaders();
  const all = reply.wire?.comments ? [": hello\n\n", ...events] : events;
  const isPlain = !fault && !reply.tokenDelayMs && !reply.wire?.bytesPerWrite && reply.holdAfter === undefined;
  if (isPlain) {
    await write(playing, all.join("") + wire.endMark, all.length);
  } else if (fault?.type === "huge_body") {
    await writeWithoutEnd(playing, all, fault.bytes);
  } else {
    const until = faultAt(fault, all.length);
    for (const [index, event] of all.entries()) {
      if (index === until) break;
      if (index === reply.holdAfter) await held(playing);
      await write(playing, event);
      if (reply.tokenDelayMs) await sleep(reply.tokenDelayMs, undefined, { signal: playing.gone });
      if (reply.wire?.comments && index % 3 === 0) await write(playing, ": still here\n\n", 0);
    }
    if (fault && !(await playFault(playing, fault))) return;
    await write(playing, wire.endMark, 0);
  }
  response.end();
}

async function held({ released, gone }: Playing): Promise<void> {
  const left = Promise.withResolvers<void>();
  gone.addEventListener("abort", () => left.resolve(), { once: true });
  await Promise.race([released, left.promise]);
}

function faultAt(fault: FakeFault | undefined, length: number): number {
  return fault && "afterChunks" in fault ? Math.min(fault.afterChunks ?? length, length) : length;
}

/** Whether the stream goes on to its end mark. */
async function playFault(playing: Playing, fault: FakeFault): Promise<boolean> {
  const { response, wire } = playing;
  switch (fault.type) {
    case "stall":
      await sleep(600_000, undefined, { signal: playing.gone, ref: false });
      return false;
    case "cut":
      // What was written must have left, or the client would see a reset without the chunks before it.
      await sleep(20, undefined, { signal: playing.gone });
      response.socket?.resetAndDestroy();
      return false;
    case "early_end":
      response.end();
      return false;
    case "error_event":
      await write(playing, wire.errorEvent(fault.errorType, fault.message));
      response.end();
      return false;
    case "bad_json":
      await write(playing, `data: {"choices": [{"delta": {"content": "bro\n\n`);
      if (fault.hold) await sleep(600_000, undefined, { signal: playing.gone, ref: false });
      return true;
    case "huge_line":
      await write(playing, `data: "${"x".repeat(fault.bytes)}"\n\n`);
      return true;
    default:
      return true;
  }
}

async function writeWithoutEnd(playing: Playing, events: string[], bytes: number): Promise<void> {
  const block = events.slice(0, -1).join("").repeat(50);
  while (playing.entry.bytesSent < bytes && !playing.gone.aborted) await write(playing, block, events.length * 50);
}

async function write(playing: Playing, text: string, chunks = 1): Promise<void> {
  if (text === "") return;
  const wire = playing.reply.wire;
  const bytes = Buffer.from(wire?.crlf ? text.replaceAll("\n", "\r\n") : text);
  const size = wire?.bytesPerWrite ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    playing.gone.throwIfAborted();
    const piece = bytes.subarray(at, at + size);
    const isFlushed = playing.response.write(piece);
    playing.entry.bytesSent += piece.length;
    // A turn of the loop between pieces makes them packets of their own.
    if (size < bytes.length) await sleep(1, undefined, { signal: playing.gone });
    else if (!isFlushed) await drained(playing);
  }
  playing.entry.chunksSent += chunks;
}

async function drained({ response, gone }: Playing): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once("drain", resolve);
  gone.addEventListener("abort", () => resolve(), { once: true });
  await promise;
}
