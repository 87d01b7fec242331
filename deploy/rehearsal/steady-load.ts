import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "@crew/client/api-error";
import { call } from "@crew/client/call";
import { idempotencyKey } from "@crew/client/idempotency-key";
import { type LiveSocket, openLiveSocket } from "@crew/client/open-live-socket";
import { crewEndpoints } from "@crew/contracts/crews";
import { type RunEventType, TERMINAL_EVENTS } from "@crew/contracts/run-events";
import { runEndpoints } from "@crew/contracts/runs";
import { sessionEndpoints } from "@crew/contracts/session";

export interface LoadSettings {
  origin: string;
  headers: Record<string, string>;
  model: string;
  /** Between two runs. */
  everyMs: number;
  viewers: number;
}

interface Followed {
  id: string;
  seqs: number[];
  types: RunEventType[];
}

export interface LoadFigures {
  started: number;
  /** Requests that no repetition with the same key could bring to an answer. */
  failedRequests: number;
  /** Runs that did not succeed, with their state. */
  failedRuns: string[];
  /** Runs whose events a viewer has not got as 1, 2, 3 … to the last. */
  gaps: string[];
  /** Longest time in which a client that asks five times a second got no good answer. */
  longestSilenceMs: number;
  /** Longest time in which a viewer had no socket. */
  longestOfflineMs: number;
}

export interface SteadyLoad {
  /** No more runs; waits for those under way and judges them. */
  end(): Promise<LoadFigures>;
}

const REQUEST_MS = 10_000;
const PATIENCE_MS = 60_000;
const DRAIN_MS = 120_000;

/** People at work: runs are started one after the other, sockets follow them, a page asks; through all that happens to the stack. */
export async function startLoad(settings: LoadSettings): Promise<SteadyLoad> {
  const crew = await call(crewEndpoints.create, {
    baseUrl: settings.origin,
    headers: { ...settings.headers, ...idempotencyKey() },
    body: loadCrew(settings.model),
  });
  const runs: Followed[] = [];
  const probe = { isOn: true, longestMs: 0 };
  const sockets = Array.from({ length: settings.viewers }, () => viewer(settings));
  let failedRequests = 0;
  let isOn = true;

  async function begin(n: number): Promise<void> {
    const followed = await startOne(settings, crew.id, n);
    if (!followed) {
      failedRequests += 1;
      return;
    }
    runs.push(followed);
    const leave = sockets[n % sockets.length]?.socket.subscribe(`run:${followed.id}`, {
      after: 0,
      onEvent: ({ seq, type }) => {
        followed.seqs.push(seq);
        followed.types.push(type);
        // As who has read the end closes the page.
        if (TERMINAL_EVENTS.includes(type)) queueMicrotask(() => leave?.());
      },
    });
  }

  const pending = new Set<Promise<void>>();
  const starting = (async () => {
    for (let n = 0; isOn; n++) {
      const one: Promise<void> = begin(n).finally(() => pending.delete(one));
      pending.add(one);
      await sleep(settings.everyMs);
    }
    await Promise.all(pending);
  })();
  const probing = keepAsking(settings, probe);

  return {
    async end() {
      isOn = false;
      await starting;
      for (const end = Date.now() + DRAIN_MS; Date.now() < end && !runs.every(hasEnded); ) await sleep(250);
      probe.isOn = false;
      await probing;
      for (const { socket } of sockets) socket.close();
      return {
        started: runs.length,
        failedRequests,
        ...(await judge(settings, crew.id, runs)),
        longestSilenceMs: Math.round(probe.longestMs),
        longestOfflineMs: Math.round(Math.max(...sockets.map(({ offline }) => offline.longestMs))),
      };
    },
  };
}

const hasEnded = ({ types }: Followed) => types.some((type) => TERMINAL_EVENTS.includes(type));

async function startOne({ origin, headers }: LoadSettings, crewId: string, n: number): Promise<Followed | undefined> {
  const key = idempotencyKey();
  const run = await persistently(() =>
    call(runEndpoints.start, {
      baseUrl: origin,
      headers: { ...headers, ...key },
      params: { crewId },
      body: { inputs: { topic: `topic ${n} of ${crewId}` } },
      signal: AbortSignal.timeout(REQUEST_MS),
    }),
  );
  return run && { id: run.id, seqs: [], types: [] };
}

/** Holds what viewers have seen of runs against what is kept of them. */
async function judge(settings: LoadSettings, crewId: string, runs: readonly Followed[]): Promise<Pick<LoadFigures, "failedRuns" | "gaps">> {
  const states = await statesOf(settings, crewId);
  const failedRuns = runs.filter(({ id }) => states.get(id) !== "succeeded").map(({ id }) => `${id} ${states.get(id) ?? "cannot be read"}`);
  const gaps: string[] = [];
  for (const { id, seqs } of runs) {
    const asked = { baseUrl: settings.origin, headers: settings.headers, params: { runId: id }, query: { limit: 1_000 } };
    const kept = (await persistently(() => call(runEndpoints.events, asked)))?.data.length ?? 0;
    const isWhole = kept > 0 && seqs.length === kept && seqs.every((seq, index) => seq === index + 1);
    if (!isWhole) gaps.push(`${id}: ${seqs.length} of ${kept} events`);
  }
  return { failedRuns, gaps };
}

/** A hundred at a time: one by one they would be more requests than a person has in a minute. */
async function statesOf({ origin, headers }: LoadSettings, crewId: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (let cursor: string | undefined; ; ) {
    const asked = { baseUrl: origin, headers, query: { crewId, limit: 100, ...(cursor && { cursor }) } };
    const page = await persistently(() => call(runEndpoints.list, asked));
    for (const { id, state } of page?.data ?? []) states.set(id, state);
    if (!page?.nextCursor) return states;
    cursor = page.nextCursor;
  }
}

/** As a client does that has read the contract: what may be tried again is tried again, with the same key. */
async function persistently<T>(ask: () => Promise<T>): Promise<T | undefined> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(250)) {
    try {
      return await ask();
    } catch (error) {
      const isFinal =
        error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 409;
      if (isFinal || Date.now() > end) return undefined;
    }
  }
}

async function keepAsking({ origin }: LoadSettings, probe: { isOn: boolean; longestMs: number }): Promise<void> {
  let last = performance.now();
  while (probe.isOn) {
    const isGood = await call(sessionEndpoints.installation, { baseUrl: origin, signal: AbortSignal.timeout(3_000) }).then(
      () => true,
      () => false,
    );
    const now = performance.now();
    probe.longestMs = Math.max(probe.longestMs, now - last);
    if (isGood) last = now;
    await sleep(200);
  }
}

function viewer({ origin, headers }: LoadSettings): { socket: LiveSocket; offline: { longestMs: number } } {
  const offline = { longestMs: 0 };
  let since: number | undefined;
  const socket = openLiveSocket({
    url: `${origin.replace(/^http/, "ws")}/ws`,
    getTicket: async () => (await call(sessionEndpoints.socketTicket, { baseUrl: origin, headers })).ticket,
    onStatus(status) {
      if (status === "offline") since ??= performance.now();
      if (status !== "ready" || since === undefined) return;
      offline.longestMs = Math.max(offline.longestMs, performance.now() - since);
      since = undefined;
    },
  });
  return { socket, offline };
}

const loadCrew = (model: string) => ({
  name: "Rehearsal",
  model,
  agents: [{ key: "scout", role: "Scout", goal: "Find what matters about {topic}", backstory: "" }],
  tasks: [
    { key: "find", description: "Find five facts on {topic}", expectedOutput: "A list of five facts", agent: "scout" },
    { key: "write", description: "Write one page on {topic}", expectedOutput: "One page", agent: "scout" },
  ],
});
