import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStreamReader } from "./event-stream-reader.ts";

function read(chunks: Buffer[]): string[] {
  const events: string[] = [];
  const reader = new EventStreamReader((data) => events.push(data));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return events;
}

function split(bytes: Buffer, cuts: number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

test("wherever packets break, the events are the same", () => {
  const data = fc.stringMatching(/^[^\r\n]{1,30}$/u);
  fc.assert(
    fc.property(
      fc.array(data, { maxLength: 8 }),
      fc.constantFrom("\n", "\r\n"),
      fc.array(fc.nat(2000), { maxLength: 20 }),
      (events, eol, cuts) => {
        const text = events.map((event) => `: note${eol}event: x${eol}data: ${event}${eol}${eol}`).join("");
        expect(read(split(Buffer.from(text), cuts))).toEqual(events);
      },
    ),
  );
});

test("byte by byte, with characters of several bytes", () => {
  const bytes = Buffer.from("data: Ünï→🚀\n\ndata:[DONE]\n\n");
  expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(["Ünï→🚀", "[DONE]"]);
});

test("several data lines are one event; other fields are passed over", () => {
  expect(read([Buffer.from("id: 1\nretry: 5\ndata: a\ndata: b\n\nnonsense\n\ndata\n\n")])).toEqual(["a\nb"]);
});

test("the last event counts without its blank line, and without any line end", () => {
  expect(read([Buffer.from("data: a\n\ndata: [DONE]\n")])).toEqual(["a", "[DONE]"]);
  expect(read([Buffer.from("data: a\n\ndata: [DONE]")])).toEqual(["a", "[DONE]"]);
});

test("what is no event stream is told from one that ended early", () => {
  const reader = new EventStreamReader(() => {});
  reader.push(Buffer.from("Service temporarily unavailable\n"));
  expect(reader.sawEvents).toBe(false);
  reader.push(Buffer.from(": ping\n"));
  expect(reader.sawEvents).toBe(true);
});
