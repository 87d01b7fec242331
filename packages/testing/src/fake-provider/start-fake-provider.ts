import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { anthropicWire } from "./anthropic-wire.ts";
import { type AskedCall, readAskedCall } from "./asked-call.ts";
import { CallJournal, type JournalCall } from "./call-journal.ts";
import { type FakeFault, type FakeReply, type FakeScriptInput, ScriptState } from "./fake-script.ts";
import { googleWire } from "./google-wire.ts";
import { openaiWire } from "./openai-wire.ts";
import { planAnswer } from "./planned-answer.ts";
import { playStream } from "./play-answer.ts";

export interface FakeProvider extends AsyncDisposable {
  /** Without a path: `${url}/v1` is the base URL of an OpenAI-compatible provider. */
  url: string;
  journal: JournalCall[];
  /** Replaces the script; counts of calls and uses begin anew, the journal stays, and what was held goes on. */
  setScript(script: FakeScriptInput): void;
  clearJournal(): void;
  /** Waits until so many calls have arrived since the start or `clearJournal`. */
  waitForCalls(count: number, timeoutMs?: number): Promise<JournalCall[]>;
  /** Waits until so many calls have ended, also those that the client closed. */
  waitForEnds(count: number, timeoutMs?: number): Promise<JournalCall[]>;
}

const WIRES = { openai: openaiWire, anthropic: anthropicWire, google: googleWire };
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** A model provider that does as its script says: a real HTTP server on the loopback. */
export async function startFakeProvider(
  options: {
    port?: number;
    host?: string;
    script?: FakeScriptInput;
    journalFile?: string;
    /** How long an idle connection stays; below 2 s clients open one for each call. */
    keepAliveMs?: number;
  } = {},
): Promise<FakeProvider> {
  const journal = new CallJournal(options.journalFile);
  const state = { script: new ScriptState(options.script ?? {}), journal };
  const server = createServer((request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, error instanceof SyntaxError ? 400 : 500, { error: { message: String(error) } });
      else response.destroy();
    });
  });
  server.keepAliveTimeout = options.keepAliveMs ?? 60_000;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal: journal.calls,
    setScript: (script) => replaceScript(state, script),
    clearJournal: () => journal.clear(),
    waitForCalls: async (count, timeoutMs = 10_000) => {
      await journal.waitUntil(`${count} calls`, () => journal.total >= count, timeoutMs);
      return journal.calls;
    },
    waitForEnds: async (count, timeoutMs = 10_000) => {
      await journal.waitUntil(`${count} ended calls`, () => journal.calls.filter((c) => c.endedAt !== null).length >= count, timeoutMs);
      return journal.calls;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

interface ServerState {
  script: ScriptState;
  journal: CallJournal;
}

function replaceScript(state: ServerState, script: FakeScriptInput): void {
  const former = state.script;
  state.script = new ScriptState(script);
  former.retire();
}

async function serve(state: ServerState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://fake");
  if (pathname === "/_script" || pathname === "/_journal") return control(state, pathname, request, response);
  const key = keyOf(request);
  const expected = state.script.script.apiKey;
  if (expected !== undefined && key !== expected) {
    return sendJson(response, 401, { error: { message: `Incorrect API key provided: ${key}`, type: "invalid_request_error" } });
  }
  if (request.method === "GET" && /^\/v1(beta)?\/models$/.test(pathname))
    return sendJson(response, 200, modelList(pathname, request, state));
  const raw = await bodyOf(request);
  const asked = request.method === "POST" ? readAskedCall(pathname, JSON.parse(raw.toString()) as Record<string, unknown>) : undefined;
  if (!asked) return sendJson(response, 404, { error: { message: `Unknown path ${pathname}`, type: "invalid_request_error" } });
  const refused = state.script.window?.pass(asked.messages.reduce((sum, { text }) => sum + Math.ceil(text.length / 4), 0));
  const { entry: scriptEntry, reply: scripted } = refused
    ? refusal(state, refused.waitMs)
    : state.script.next(asked.model, asked.lastUserText);
  const entry = state.journal.begin({
    path: pathname,
    protocol: asked.protocol,
    model: asked.model,
    stream: asked.stream,
    keyLastFour: key?.slice(-4) ?? null,
    bodyHash: createHash("sha256").update(raw).digest("hex"),
    messages: asked.messages,
    images: asked.images,
    returned: asked.returned,
    toolNames: asked.tools.map((tool) => tool.name),
    toolTurns: asked.toolTurns,
    maxOutputTokens: asked.maxOutputTokens,
    entry: scriptEntry,
    hints: hintsOf(request),
  });
  await answer(state, asked, entry, scripted, response);
}

/** Uses up no entry of the script. */
function refusal({ script }: ServerState, waitMs: number): { entry: null; reply: FakeReply } {
  const told = script.script.rateLimit?.tells ? { retryAfter: waitMs / 1_000 } : {};
  return { entry: null, reply: { fault: { type: "status", status: 429, message: "Rate limit reached", headers: {}, ...told } } };
}

async function answer(
  state: ServerState,
  asked: AskedCall,
  entry: JournalCall,
  scripted: FakeReply,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const { replaced: released } = state.script;
  const { answer: planned, reply } = planAnswer(asked, scripted, entry.id);
  response.once("close", () => {
    entry.status = response.headersSent ? response.statusCode : null;
    const faulted = reply.fault ? "faulted" : "completed";
    if (response.writableFinished) state.journal.end(entry, response.statusCode >= 300 ? "refused" : faulted);
    // A socket that the script itself has closed is the script's doing, not the client's.
    else state.journal.end(entry, reply.fault?.type === "cut" || reply.fault?.type === "drop" ? "faulted" : "client_closed");
    gone.abort();
  });
  const wire = WIRES[asked.protocol];
  try {
    if (reply.firstByteDelayMs) await sleep(reply.firstByteDelayMs, undefined, { signal: gone.signal });
    if (reply.fault && (await playWholeFault(reply.fault, response, gone.signal, wire))) return;
    const call = { id: `fake-${entry.id}`, model: asked.model, wantsUsage: asked.wantsUsage };
    if (asked.stream) return await playStream({ response, entry, gone: gone.signal, reply, released, wire }, wire.events(call, planned));
    await sleep((reply.tokenDelayMs ?? 0) * planned.tokens.length, undefined, { signal: gone.signal });
    sendJson(response, 200, wire.whole(call, planned));
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

/** Faults that take the place of the answer; whether this was one. */
async function playWholeFault(
  fault: FakeFault,
  response: ServerResponse,
  gone: AbortSignal,
  wire: (typeof WIRES)["openai"],
): Promise<boolean> {
  switch (fault.type) {
    case "status": {
      const date = fault.retryDate === undefined ? undefined : new Date(Date.now() + fault.retryDate * 1000).toUTCString();
      const retryAfter = date ?? fault.retryAfter;
      const headers = { ...fault.headers, ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) };
      sendJson(response, fault.status, wire.errorBody(fault.status, fault.message ?? `scripted ${fault.status}`), headers);
      return true;
    }
    case "redirect":
      response.writeHead(fault.status, { location: fault.location }).end();
      return true;
    case "content_type":
      response.writeHead(200, { "content-type": fault.contentType }).end(fault.body);
      return true;
    case "drop":
      response.socket?.destroy();
      return true;
    case "hang":
      await sleep(600_000, undefined, { signal: gone, ref: false });
      return true;
    default:
      return false;
  }
}

async function control(state: ServerState, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (path === "/_journal") {
    if (request.method === "DELETE") state.journal.clear();
    return sendJson(response, 200, { total: state.journal.total, calls: state.journal.calls });
  }
  if (request.method === "PUT" || request.method === "POST") {
    try {
      replaceScript(state, JSON.parse((await bodyOf(request)).toString()) as FakeScriptInput);
    } catch (error) {
      return sendJson(response, 400, { error: { message: String(error) } });
    }
  }
  sendJson(response, 200, state.script.script);
}

function modelList(path: string, request: IncomingMessage, state: ServerState): object {
  const models = state.script.script.models;
  if (path === "/v1beta/models") {
    return { models: models.map((id) => ({ name: `models/${id}`, supportedGenerationMethods: ["generateContent"] })) };
  }
  if (request.headers["anthropic-version"]) return { data: models.map((id) => ({ type: "model", id, display_name: id })), has_more: false };
  return { object: "list", data: models.map((id) => ({ id, object: "model", created: 1_700_000_000, owned_by: "fake" })) };
}

function keyOf(request: IncomingMessage): string | null {
  const { authorization, "x-api-key": anthropic, "x-goog-api-key": google } = request.headers;
  return authorization?.replace(/^Bearer /i, "") ?? [anthropic, google].find((value) => typeof value === "string")?.toString() ?? null;
}

function hintsOf(request: IncomingMessage): Record<string, string> {
  const isHint = (name: string) => /^(x-crew-.*|x-request-id|idempotency-key|x-stainless-retry-count)$/.test(name);
  return Object.fromEntries(
    Object.entries(request.headers).filter((pair): pair is [string, string] => isHint(pair[0]) && typeof pair[1] === "string"),
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("request body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
