import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "@crew/contracts/run-events";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import type { CallAttempt, Run } from "@crew/contracts/runs";

/** Slow enough that a minute of asking stays far below what one key may ask. */
const POLL_MS = 200;

/** Somebody with an account and an API key, who uses an installation from outside as a program does. */
export interface Member {
  key: string;
  cookie: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any>;
  run(runId: string): Promise<Run>;
  /** Waits until the run is as asked (without `isThere`: ended); lives through times in which nobody answers. */
  untilRun(runId: string, isThere?: (run: Run) => boolean, timeoutMs?: number): Promise<Run>;
  events(runId: string): Promise<RunEvent[]>;
  ledger(runId: string): Promise<CallAttempt[]>;
}

export async function joinInstallation(origin: string, email = "ada@example.test"): Promise<Member> {
  const account = { name: "Ada", email, password: "correct horse battery" };
  const signUp = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify(account),
  });
  if (!signUp.ok) throw new Error(`signing up answered ${signUp.status}: ${await signUp.text()}`);
  const cookie = signUp.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const { key } = await request(origin, "POST", "/v1/api-keys", { name: "test" }, { cookie, origin });
  const call: Member["call"] = (method, path, body, headers) =>
    request(origin, method, path, body, { authorization: `Bearer ${key}`, ...headers });
  const run = (runId: string): Promise<Run> => call("GET", `/v1/runs/${runId}`);
  return {
    key,
    cookie,
    call,
    run,
    async untilRun(runId, isThere = (found) => TERMINAL_STATES.includes(found.state), timeoutMs = 60_000) {
      let last: Run | undefined;
      for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(POLL_MS)) {
        last = (await run(runId).catch(() => undefined)) ?? last;
        if (last && isThere(last)) return last;
      }
      throw new Error(`the run is ${last?.state} (${last?.reason ?? last?.error?.message ?? "no reason"}) after ${timeoutMs} ms`);
    },
    async events(runId) {
      const events: RunEvent[] = [];
      for (let page: RunEvent[] = [], isMore = true; isMore; isMore = page.length === 1000) {
        page = (await call("GET", `/v1/runs/${runId}/events?limit=1000&after=${events.length}`)).data;
        events.push(...page);
      }
      return events;
    },
    ledger: async (runId) => (await call("GET", `/v1/runs/${runId}/ledger?limit=100`)).data,
  };
}

async function request(origin: string, method: string, path: string, body: unknown, headers: Record<string, string>) {
  const response = await fetch(origin + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}
