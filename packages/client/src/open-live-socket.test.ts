import type { AddressInfo } from "node:net";
import type { RunEvent } from "@crew/contracts/run-events";
import type { ClientFrame, ServerFrame } from "@crew/contracts/socket";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";
import { ApiError } from "./api-error.ts";
import { type LiveSocket, openLiveSocket, type SocketStatus } from "./open-live-socket.ts";
import type { Delta } from "./topic-cursor.ts";

const TOPIC = "run:run_01jd000000e0000000000000aa";

let server: WebSocketServer;
let url = "";
let tickets = 0;
const sockets: ServerSocket[] = [];
const frames: ClientFrame[] = [];
/** What the server does with a frame beyond noting it. */
let respond: (socket: ServerSocket, frame: ClientFrame) => void = () => undefined;
let live: LiveSocket | undefined;

const tell = (socket: ServerSocket | undefined, frame: ServerFrame): void => socket?.send(JSON.stringify(frame));
const eventOf = (seq: number): RunEvent => ({
  seq,
  type: "run_queued",
  at: "2026-01-01T00:00:00Z",
  runId: "run_a",
  taskId: null,
  agentId: null,
  data: {},
});
const sendEvent = (socket: ServerSocket | undefined, seq: number): void =>
  tell(socket, { type: "event", topic: TOPIC, event: eventOf(seq) });
const sendDelta = (socket: ServerSocket | undefined, offset: number, text: string): void =>
  tell(socket, { type: "delta", topic: TOPIC, callId: "c1", offset, text });
const subscriptions = (): ClientFrame[] => frames.filter((frame) => frame.type === "subscribe");

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  tickets = 0;
  sockets.length = frames.length = 0;
  respond = (socket, frame) => {
    if (frame.type === "auth") tell(socket, { type: "ready" });
    if (frame.type === "ping") tell(socket, { type: "pong" });
  };
  server.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as ClientFrame;
      frames.push(frame);
      respond(socket, frame);
    });
  });
});

afterEach(async () => {
  live?.close();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

const getTicket = async (): Promise<string> => `ticket-${++tickets}`;

test("sends the ticket first and subscribes when the server is ready", async () => {
  live = openLiveSocket({ url, getTicket });
  live.subscribe(TOPIC, { after: 7 });
  await expect
    .poll(() => frames)
    .toEqual([
      { type: "auth", ticket: "ticket-1" },
      { type: "subscribe", topic: TOPIC, after: 7 },
    ]);
});

test("comes back after a restart with a new ticket, resumes after the last event and shows none twice", async () => {
  const statuses: SocketStatus[] = [];
  const seen: number[] = [];
  live = openLiveSocket({ url, getTicket, onStatus: (status) => statuses.push(status) });
  live.subscribe(TOPIC, { onEvent: (event) => seen.push(event.seq) });
  await expect.poll(() => subscriptions()).toHaveLength(1);
  for (const seq of [1, 2, 3]) sendEvent(sockets[0], seq);
  await expect.poll(() => seen).toEqual([1, 2, 3]);
  sockets[0]?.close(1012);
  await vi.waitFor(() => expect(subscriptions()).toHaveLength(2), 5_000);
  expect(subscriptions()[1]).toEqual({ type: "subscribe", topic: TOPIC, after: 3 });
  expect(frames.filter((frame) => frame.type === "auth")[1]).toEqual({ type: "auth", ticket: "ticket-2" });
  for (const seq of [2, 3, 4, 5]) sendEvent(sockets[1], seq);
  await expect.poll(() => seen).toEqual([1, 2, 3, 4, 5]);
  expect(statuses).toEqual(["ready", "offline", "ready"]);
});

test("a hole in the events is filled, not shown", async () => {
  const seen: number[] = [];
  live = openLiveSocket({ url, getTicket });
  live.subscribe(TOPIC, { onEvent: (event) => seen.push(event.seq) });
  await expect.poll(() => subscriptions()).toHaveLength(1);
  sendEvent(sockets[0], 1);
  sendEvent(sockets[0], 4);
  await expect.poll(() => subscriptions()[1]).toMatchObject({ after: 1 });
  for (const seq of [2, 3, 4, 5]) sendEvent(sockets[0], seq);
  await expect.poll(() => seen).toEqual([1, 2, 3, 4, 5]);
});

test("text is drawn once whatever is sent again, and a hole asks for the snapshot", async () => {
  const deltas: Delta[] = [];
  const text = (): string => deltas.map((delta) => delta.text).join("");
  live = openLiveSocket({ url, getTicket });
  live.subscribe(TOPIC, { onDelta: (delta) => deltas.push(delta) });
  await expect.poll(() => subscriptions()).toHaveLength(1);
  sendDelta(sockets[0], 0, "Hel");
  sendDelta(sockets[0], 2, "llo");
  sendDelta(sockets[0], 9, "!");
  await expect.poll(() => subscriptions()).toHaveLength(2);
  sendDelta(sockets[0], 0, "Hello wor");
  sendDelta(sockets[0], 9, "ld");
  await expect.poll(() => text()).toBe("Hello world");
  expect(deltas.map((delta) => delta.offset)).toEqual([0, 3, 5, 9]);
});

test("a hole that the snapshot cannot fill does not ask in a circle", async () => {
  live = openLiveSocket({ url, getTicket });
  live.subscribe(TOPIC, {});
  await expect.poll(() => subscriptions()).toHaveLength(1);
  for (let offset = 100; offset < 150; offset++) sendDelta(sockets[0], offset, "x");
  const marker: string[] = [];
  live.subscribe("workspace", { onChanged: (change) => marker.push(change.id) });
  tell(sockets[0], { type: "changed", topic: "workspace", what: "run", id: "last" });
  await expect.poll(() => marker).toEqual(["last"]);
  expect(subscriptions().filter((frame) => "topic" in frame && frame.topic === TOPIC)).toHaveLength(2);
});

test("resync asks anew from the last event", async () => {
  live = openLiveSocket({ url, getTicket });
  live.subscribe(TOPIC, {});
  await expect.poll(() => subscriptions()).toHaveLength(1);
  sendEvent(sockets[0], 1);
  tell(sockets[0], { type: "resync", topic: TOPIC });
  await expect.poll(() => subscriptions()[1]).toMatchObject({ topic: TOPIC, after: 1 });
});

test("two readers of one topic each see every event once; the last to leave unsubscribes", async () => {
  const first: number[] = [];
  const second: number[] = [];
  live = openLiveSocket({ url, getTicket });
  const leaveFirst = live.subscribe(TOPIC, { onEvent: (event) => first.push(event.seq) });
  await expect.poll(() => subscriptions()).toHaveLength(1);
  sendEvent(sockets[0], 1);
  await expect.poll(() => first).toEqual([1]);
  const leaveSecond = live.subscribe(TOPIC, { onEvent: (event) => second.push(event.seq) });
  await expect.poll(() => subscriptions()[1]).toMatchObject({ after: 0 });
  for (const seq of [1, 2]) sendEvent(sockets[0], seq);
  await expect
    .poll(() => [first, second])
    .toEqual([
      [1, 2],
      [1, 2],
    ]);
  leaveFirst();
  leaveFirst();
  leaveSecond();
  await expect.poll(() => frames.filter((frame) => frame.type === "unsubscribe")).toHaveLength(1);
});

test("a connection that died without a word is noticed and replaced", async () => {
  respond = (socket, frame) => {
    if (frame.type === "auth") tell(socket, { type: "ready" });
    if (frame.type === "ping" && sockets.length > 1) tell(socket, { type: "pong" });
  };
  live = openLiveSocket({ url, getTicket, quietMs: 50, pongMs: 50 });
  await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(1), 5_000);
  await expect.poll(() => live?.status).toBe("ready");
});

test("a ticket that no server has seen is shown to the next one", async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  live = openLiveSocket({ url, getTicket });
  await expect.poll(() => live?.status).toBe("offline");
  // More than one attempt in vain.
  await new Promise((resolve) => setTimeout(resolve, 600));
  server = new WebSocketServer({ port, host: "127.0.0.1" });
  const seen: unknown[] = [];
  server.on("connection", (socket) => {
    socket.on("message", (data) => {
      seen.push(JSON.parse(String(data)));
      tell(socket, { type: "ready" });
    });
    sockets.push(socket);
  });
  await vi.waitFor(() => expect(live?.status).toBe("ready"), 5_000);
  expect(seen).toEqual([{ type: "auth", ticket: "ticket-1" }]);
  sockets.at(-1)?.terminate();
  await vi.waitFor(() => expect(seen).toContainEqual({ type: "auth", ticket: "ticket-2" }), 5_000);
});

test("a topic that was too much for now is asked for again later", async () => {
  const errors: string[] = [];
  respond = (socket, frame) => {
    if (frame.type === "auth") tell(socket, { type: "ready" });
    if (frame.type === "subscribe" && subscriptions().length === 1)
      tell(socket, { type: "error", code: "limited", message: "Too many frames.", requestId: "req_1", topic: frame.topic });
  };
  live = openLiveSocket({ url, getTicket, limitedMs: 50, onError: ({ code }) => errors.push(code) });
  live.subscribe(TOPIC, { after: 3 });
  await vi.waitFor(() => expect(subscriptions()).toHaveLength(2), 5_000);
  expect(subscriptions()[1]).toEqual({ type: "subscribe", topic: TOPIC, after: 3 });
  expect(errors).toEqual(["limited"]);
});

test("refused credentials stop the attempts; a server that is away does not", async () => {
  let mood: "away" | "signed out" | "well" = "away";
  let asked = 0;
  const statuses: SocketStatus[] = [];
  live = openLiveSocket({
    url,
    onStatus: (status) => statuses.push(status),
    getTicket: async () => {
      asked++;
      if (mood === "away") throw new ApiError({ code: "unavailable", status: 0, detail: "away" });
      if (mood === "signed out") throw new ApiError({ code: "unauthenticated", status: 401, detail: "signed out" });
      return "ticket";
    },
  });
  await vi.waitFor(() => expect(asked).toBeGreaterThan(1), 5_000);
  mood = "signed out";
  await vi.waitFor(() => expect(statuses.at(-1)).toBe("refused"), 5_000);
  mood = "well";
  live.wake();
  await vi.waitFor(() => expect(statuses.at(-1)).toBe("ready"), 5_000);
});
