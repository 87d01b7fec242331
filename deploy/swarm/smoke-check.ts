import { setTimeout as sleep } from "node:timers/promises";
import { call } from "@crew/client/call";
import { idempotencyKey } from "@crew/client/idempotency-key";
import { openLiveSocket } from "@crew/client/open-live-socket";
import { crewEndpoints } from "@crew/contracts/crews";
import { type RunEventType, TERMINAL_EVENTS } from "@crew/contracts/run-events";
import { TERMINAL_STATES } from "@crew/contracts/run-states";
import { runEndpoints } from "@crew/contracts/runs";
import { sessionEndpoints } from "@crew/contracts/session";

export interface SmokeTarget {
  /** What browsers use; requests say that they come from there. */
  publicUrl: string;
  apiUrl: string;
  socketUrl: string;
  webUrl: string;
  /** A token in place of signing in. */
  token: string | null;
  account: { email: string; password: string } | null;
  waitMs: number;
  tell(line: string): void;
}

type Headers = Record<string, string>;

const ASK_MS = 10_000;
const CREW = "Roll-out check";

/** Uses the installation as a person would: the page, signing in, a run of a crew without a paid model, the live view of it. */
export async function smokeCheck(target: SmokeTarget): Promise<void> {
  await step("the console", async () => {
    const page = await fetch(target.webUrl, { signal: AbortSignal.timeout(ASK_MS) });
    if (!page.ok || !/text\/html/.test(page.headers.get("content-type") ?? "")) throw new Error(`it answered ${page.status}`);
  });
  const headers = await step("signing in", () => signIn(target));
  if (headers === "second-factor") {
    target.tell("the account has a second factor: signing in was seen as far as its code; CREW_SMOKE_TOKEN_FILE sees the rest");
    return;
  }
  const asked = { baseUrl: target.apiUrl, headers };
  const { workspace } = await step("who am I", () => call(sessionEndpoints.me, asked));
  target.tell(`signed in to ${workspace.name}`);
  const crew = await step("making a crew", () =>
    call(crewEndpoints.create, { ...asked, headers: { ...headers, ...idempotencyKey() }, body: checkCrew() }),
  );
  try {
    await step("a run", () => watchRun(target, headers, crew.id));
  } finally {
    await call(crewEndpoints.delete, { ...asked, params: { crewId: crew.id } }).catch(() => undefined);
  }
}

/** Whether the credentials work at all: asked before a roll-out, so that a changed password does not count against the release. */
export async function signIn({ apiUrl, publicUrl, token, account }: SmokeTarget): Promise<Headers | "second-factor"> {
  if (token !== null) return { authorization: `Bearer ${token}` };
  if (!account) throw new Error("there is neither an account nor a token to use");
  const answer = await fetch(`${apiUrl}/api/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: publicUrl },
    body: JSON.stringify(account),
    signal: AbortSignal.timeout(ASK_MS),
  });
  const said = (await answer.json().catch(() => null)) as { twoFactorRequired?: boolean; detail?: string; message?: string } | null;
  if (!answer.ok) throw new SmokeError(`${answer.status} ${said?.detail ?? said?.message ?? ""}`.trim(), answer.status);
  if (said?.twoFactorRequired) return "second-factor";
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";", 1)[0]);
  return { cookie: cookie.join("; "), origin: publicUrl };
}

export class SmokeError extends Error {
  override name = "SmokeError";
  readonly status: number;

  constructor(message: string, status = 0) {
    super(message);
    this.status = status;
  }
}

async function watchRun(target: SmokeTarget, headers: Headers, crewId: string): Promise<void> {
  const asked = { baseUrl: target.apiUrl, headers };
  const run = await call(runEndpoints.start, { ...asked, headers: { ...headers, ...idempotencyKey() }, params: { crewId }, body: {} });
  const seen: RunEventType[] = [];
  const socket = openLiveSocket({
    url: target.socketUrl,
    getTicket: async () => (await call(sessionEndpoints.socketTicket, asked)).ticket,
  });
  try {
    socket.subscribe(`run:${run.id}`, { onEvent: ({ type }) => void seen.push(type) });
    const end = Date.now() + target.waitMs;
    let state = run.state;
    while (Date.now() < end) {
      const now = await call(runEndpoints.get, { ...asked, params: { runId: run.id } });
      state = now.state;
      if (TERMINAL_STATES.includes(state) && state !== "succeeded") throw new Error(`it ${state}: ${now.error?.message ?? "no reason"}`);
      if (state === "succeeded" && seen.some((type) => TERMINAL_EVENTS.includes(type))) {
        target.tell(`a run succeeded, and its ${seen.length} events came over the socket`);
        return;
      }
      await sleep(200);
    }
    throw new Error(`it is ${state}, and ${seen.length} events came over the socket (${socket.status}) in ${target.waitMs / 1_000} s`);
  } finally {
    socket.close();
  }
}

const checkCrew = () => ({
  name: CREW,
  description: "Made by the roll-out to see that runs run; deleted at once.",
  model: "demo/extractive",
  agents: [{ key: "reader", role: "Reader", goal: "Say what is there", backstory: "" }],
  tasks: [{ key: "say", description: "Say that this works.", expectedOutput: "One sentence", agent: "reader" }],
});

async function step<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const cause = (error as { cause?: { message?: string } }).cause?.message;
    throw new SmokeError(`${name}: ${(error as Error).message}${cause ? ` (${cause})` : ""}`, (error as SmokeError).status);
  }
}
