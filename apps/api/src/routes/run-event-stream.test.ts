import { get, type IncomingMessage } from "node:http";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { RunEvent } from "@crew/contracts/run-events";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterEach, beforeEach, expect, test } from "vitest";

interface Frame {
  id: string | undefined;
  event: string | undefined;
  data: string;
}

let api: TestApi;
let ada: TestPerson;
let runId: string;
let port: number;

beforeEach(async () => {
  api = await openTestApi();
  ada = await api.person();
  const crew = await api.call("POST", "/v1/crews", { as: ada, body: buildCrew() });
  const run = await api.call("POST", `/v1/crews/${crew.json.id}/runs`, { as: ada, body: { inputs: { topic: "solar" } } });
  runId = run.json.id;
  await api.api.listen({ host: "127.0.0.1", port: 0 });
  port = (api.api.server.address() as { port: number }).port;
});
afterEach(() => api[Symbol.asyncDispose]());

/** A client that keeps what it got and can be cut off at any moment. */
class Reader {
  readonly frames: Frame[] = [];
  readonly ended: Promise<void>;
  status = 0;
  #response: IncomingMessage | undefined;
  #onFrame: () => void = () => undefined;

  constructor(headers: Record<string, string> = {}, query = "") {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const options = { host: "127.0.0.1", port, path: `/v1/runs/${runId}/events${query}`, agent: false as const };
    const request = get(
      { ...options, headers: { accept: "text/event-stream", authorization: `Bearer ${ada.key}`, ...headers } },
      (response) => {
        this.#response = response;
        this.status = response.statusCode ?? 0;
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
          const parts = text.split("\n\n");
          text = parts.pop() ?? "";
          for (const part of parts) this.#take(part);
        });
        response.on("close", resolve);
        response.on("error", () => resolve());
      },
    );
    request.on("error", () => resolve());
  }

  #take(part: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
    const data = field("data");
    if (data !== undefined) this.frames.push({ id: field("id"), event: field("event"), data });
    this.#onFrame();
  }

  async until(holds: (frames: Frame[]) => boolean): Promise<void> {
    while (!holds(this.frames)) {
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
      });
    }
  }

  cut(): void {
    this.#response?.destroy();
  }

  get seqs(): number[] {
    return this.frames.filter((frame) => frame.id !== undefined).map((frame) => Number(frame.id));
  }
}

let lastSeq = 0;
beforeEach(() => {
  lastSeq = 1;
});

/** Writes events as a worker does: rows first, then a hint, unless hints are lost. */
async function append(count: number, options: { hint: "whole" | "numbers" | "lost"; last?: boolean } = { hint: "whole" }): Promise<void> {
  const events: RunEvent[] = Array.from({ length: count }, (_, i) => {
    const isLast = options.last && i === count - 1;
    const data = isLast ? { output: "Done" } : { taskKey: "find", error: { code: "x", message: "y" } };
    const seq = lastSeq + 1 + i;
    return {
      seq,
      type: isLast ? "crew_kickoff_completed" : "task_failed",
      at: new Date().toISOString(),
      runId,
      taskId: null,
      agentId: null,
      data,
    };
  });
  lastSeq += count;
  for (const event of events)
    await api.system.pool.query("INSERT INTO run_events (run_id, seq, key, type, at, data) VALUES ($1, $2, $3, $4, $5, $6)", [
      uuidFromTypeId(runId),
      event.seq,
      `test:${event.seq}`,
      event.type,
      event.at,
      event.data,
    ]);
  await api.system.pool.query(
    options.last
      ? "UPDATE runs SET last_seq = $2, state = 'succeeded', ended_at = now(), output = 'Done' WHERE id = $1"
      : "UPDATE runs SET last_seq = $2 WHERE id = $1",
    [uuidFromTypeId(runId), lastSeq],
  );
  if (options.hint === "lost") return;
  const [fromSeq, toSeq] = [events[0]?.seq ?? 0, events.at(-1)?.seq ?? 0];
  api.system.bus.publish(`run:${runId}`, { type: "events", fromSeq, toSeq, ...(options.hint === "whole" && { events }) });
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

test("what was stored comes first, what happens then follows, and the last event ends the stream", async () => {
  await append(3);
  const reader = new Reader();
  await reader.until((frames) => frames.length === 4);
  await append(2);
  await append(3, { hint: "numbers" });
  await append(1, { hint: "whole", last: true });
  await reader.ended;
  expect(reader.seqs).toEqual(upTo(10));
  expect(reader.frames.at(-1)?.event).toBe("crew_kickoff_completed");
  expect(JSON.parse(reader.frames[4]?.data ?? "")).toMatchObject({ seq: 5, type: "task_failed", runId });
});

test("a reader that is cut off again and again gets every event once and in order", async () => {
  const seen: number[] = [];
  const total = 120;
  const writing = (async () => {
    for (let i = 0; lastSeq < total; i++)
      await append(Math.min(1 + (i % 4), total - lastSeq), {
        hint: (["whole", "numbers", "whole", "lost"] as const)[i % 4] ?? "whole",
        last: false,
      });
    await append(1, { hint: "whole", last: true });
  })();
  for (let round = 0; seen.at(-1) !== total + 1; round++) {
    const reader = new Reader(seen.length ? { "last-event-id": String(seen.at(-1)) } : {});
    await Promise.race([reader.ended, reader.until((frames) => frames.length >= 5 + (round % 7))]);
    seen.push(...reader.seqs);
    reader.cut();
  }
  await writing;
  expect(seen).toEqual(upTo(total + 1));
});

test("a hint that is lost is made up for by the next, and doubled hints do no harm", async () => {
  const reader = new Reader();
  await reader.until((frames) => frames.length === 1);
  await append(4, { hint: "lost" });
  await append(1);
  await reader.until((frames) => frames.length === 6);
  api.system.bus.publish(`run:${runId}`, { type: "events", fromSeq: 2, toSeq: 6 });
  api.system.bus.publish(`run:${runId}`, { type: "events", fromSeq: 0, toSeq: 0 });
  await append(1, { hint: "whole", last: true });
  await reader.ended;
  expect(reader.seqs).toEqual(upTo(7));
});

test("text in flight travels without a number, from its start for one who joins late", async () => {
  api.system.bus.publish(`run:${runId}`, { type: "delta", callId: "call-1", offset: 0, text: "Once " });
  const reader = new Reader();
  await reader.until((frames) => frames.some((frame) => frame.event === "delta"));
  api.system.bus.publish(`run:${runId}`, { type: "delta", callId: "call-1", offset: 5, text: "upon" });
  api.system.bus.publish(`run:${runId}`, { type: "delta", callId: "call-1/reasoning", offset: 0, text: "How?" });
  await reader.until((frames) => frames.filter((frame) => frame.event === "delta").length === 3);
  const deltas = reader.frames.filter((frame) => frame.event === "delta");
  expect(deltas.map((frame) => frame.id)).toEqual([undefined, undefined, undefined]);
  expect(deltas.map((frame) => JSON.parse(frame.data))).toEqual([
    { callId: "call-1", offset: 0, text: "Once " },
    { callId: "call-1", offset: 5, text: "upon" },
    { callId: "call-1/reasoning", offset: 0, text: "How?" },
  ]);
  reader.cut();
});

test("a run that has ended is told and closed, also when nothing is left to tell", async () => {
  await append(2, { hint: "lost", last: true });
  const whole = new Reader();
  await whole.ended;
  expect(whole.seqs).toEqual([1, 2, 3]);
  const rest = new Reader({}, "?after=2");
  await rest.ended;
  expect(rest.seqs).toEqual([3]);
  const nothing = new Reader({ "last-event-id": "3" });
  await nothing.ended;
  expect([nothing.status, nothing.frames]).toEqual([200, []]);
});

test("strangers and other workspaces get no stream", async () => {
  const eve = await api.person();
  const foreign = new Reader({ authorization: `Bearer ${eve.key}` });
  await foreign.ended;
  expect(foreign.status).toBe(404);
  const anonymous = new Reader({ authorization: "Bearer crew_x" });
  await anonymous.ended;
  expect(anonymous.status).toBe(401);
  const malformed = new Reader({ "last-event-id": "yesterday" });
  await malformed.ended;
  expect(malformed.status).toBe(400);
});

test("a key that is revoked closes its streams", async () => {
  const reader = new Reader();
  await reader.until((frames) => frames.length === 1);
  const { json } = await api.call("GET", "/v1/api-keys", { as: ada });
  await api.call("DELETE", `/v1/api-keys/${json.data[0].id}`, { as: ada });
  await reader.ended;
  expect(reader.seqs).toEqual([1]);
});

test("closing the server closes streams at once", async () => {
  const reader = new Reader();
  await reader.until((frames) => frames.length === 1);
  await api.api.close();
  await reader.ended;
});
