import { once } from "node:events";
import { createServer } from "node:net";
import type { ModelCallError, ProviderSettings } from "@crew/core/system";
import type { ModelRequest } from "@crew/engine/model";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { silentLog } from "@crew/testing/silent-log";
import { Agent, buildConnector } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CallLimits } from "./call-limits.ts";
import { type ModelDispatchers, modelDispatchers } from "./model-dispatchers.ts";
import { modelRegistry } from "./model-registry.ts";

const SECRET = "sk-very-secret-key-0123456789";
const BASE_PATHS = { "openai-compatible": "/v1", openai: "/v1", anthropic: "/v1", google: "/v1beta" };
type Kind = keyof typeof BASE_PATHS;
const QUICK = { firstByteMs: 300, idleMs: 150, lingerMs: 100 };

let provider: FakeProvider;
let dispatchers: ModelDispatchers;
beforeAll(async () => {
  provider = await startFakeProvider();
  dispatchers = modelDispatchers([]);
});
afterAll(async () => {
  await dispatchers[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => provider.clearJournal());

const question: ModelRequest = {
  model: "p/fake-model",
  messages: [
    { role: "system", content: "You are brief." },
    { role: "user", content: "Say something" },
  ],
  tools: [],
};
const searchTool = {
  name: "search",
  description: "Searches",
  parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

function settingsFor(kind: Kind, over: Partial<ProviderSettings> = {}): ProviderSettings {
  return { kind, name: "p", baseUrl: `${provider.url}${BASE_PATHS[kind]}`, apiKey: SECRET, models: [], isTrusted: true, ...over };
}

async function call(
  kind: Kind,
  script: FakeScriptInput["entries"],
  options: { request?: ModelRequest; limits?: Partial<CallLimits>; settings?: Partial<ProviderSettings>; signal?: AbortSignal } = {},
) {
  provider.setScript({ entries: script });
  const models = modelRegistry({ environmentProviders: [], dispatchers, log: silentLog, limits: options.limits });
  const texts: string[] = [];
  const reply = await models
    .route(settingsFor(kind, options.settings), "fake-model")
    .stream(options.request ?? question, { signal: options.signal ?? new AbortController().signal, onText: (text) => texts.push(text) });
  return { reply, texts };
}

async function failureOf(...args: Parameters<typeof call>): Promise<ModelCallError> {
  return call(...args).then(
    ({ reply }) => expect.fail(`succeeded with ${JSON.stringify(reply)}`),
    (error: ModelCallError) => error,
  );
}

test.each(["openai-compatible", "anthropic"] as const)("%s: tells how much of the input it had kept", async (kind) => {
  const usage = { inputTokens: 900, cachedTokens: 800, outputTokens: 5 };
  const { reply } = await call(kind, [{ text: "kept", usage }]);
  expect(reply.usage).toEqual(usage);
});

describe.each(["openai-compatible", "openai", "anthropic", "google"] as const)("%s", (kind) => {
  test("says how much may be answered, where the request does", async () => {
    await call(kind, [{ text: "Short" }], { request: { ...question, maxOutputTokens: 300 } });
    expect(provider.journal.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([300]);
  });

  test("streams a text and counts its tokens", async () => {
    const { reply, texts } = await call(kind, [
      { text: "Grüße aus Köln, 日本 🚀", tokenDelayMs: 5, usage: { inputTokens: 12, outputTokens: 5 } },
    ]);
    expect(reply).toEqual({
      text: "Grüße aus Köln, 日本 🚀",
      toolCalls: [],
      finishReason: "stop",
      usage: { inputTokens: 12, outputTokens: 5 },
    });
    expect(texts.join("")).toBe(reply.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(provider.journal[0]).toMatchObject({ stream: true, keyLastFour: "6789", model: "fake-model" });
    expect(provider.journal[0]?.messages).toEqual([
      { role: "system", text: "You are brief." },
      { role: "user", text: "Say something" },
    ]);
  });

  test("usage that is missing is null, not zero", async () => {
    const { reply } = await call(kind, [{ text: "hi", usage: null }]);
    expect(reply.usage).toBeNull();
  });

  test("puts several tool calls together and sends their results back", async () => {
    const toolCalls = [
      { id: "call_a", name: "search", arguments: { query: "a long question about crews" } },
      { id: "call_b", name: "search", arguments: { query: "b" } },
    ];
    const { reply } = await call(kind, [{ text: "Let me see.", toolCalls }], { request: { ...question, tools: [searchTool] } });
    expect(reply.finishReason).toBe("tool_calls");
    expect(reply.text).toBe("Let me see.");
    expect(reply.toolCalls.map((c) => [c.name, JSON.parse(c.arguments)])).toEqual(toolCalls.map((c) => [c.name, c.arguments]));
    expect(provider.journal[0]?.toolNames).toEqual(["search"]);
    const messages: ModelRequest["messages"] = [
      ...question.messages,
      { role: "assistant", content: reply.text, toolCalls: reply.toolCalls },
      ...reply.toolCalls.map((c, i) => ({
        role: "tool" as const,
        toolCallId: c.id,
        toolName: c.name,
        content: `result ${i}`,
        isError: i === 1,
      })),
    ];
    const after = await call(kind, [{ text: "Done" }], { request: { ...question, messages, tools: [searchTool] } });
    expect(after.reply.text).toBe("Done");
    expect(provider.journal[1]?.toolTurns).toBe(1);
  });

  test("a broken wire is put together again: bytes one by one, CRLF, comments", async () => {
    const wire = { bytesPerWrite: 37, crlf: true, comments: true };
    const { reply } = await call(kind, [{ text: "Ünï→codé 🚀 twice 🚀", wire }]);
    expect(reply.text).toBe("Ünï→codé 🚀 twice 🚀");
  });

  test("a filtered answer is refused, a cut one is of full length", async () => {
    const words = { anthropic: ["refusal", "max_tokens"], google: ["SAFETY", "MAX_TOKENS"] }[kind as string] ?? [
      "content_filter",
      "length",
    ];
    expect((await call(kind, [{ text: "no", finishReason: words[0] }])).reply.finishReason).toBe("refused");
    expect((await call(kind, [{ text: "long", finishReason: words[1] }])).reply.finishReason).toBe("length");
  });

  test.each([
    { what: "429 with seconds", fault: { type: "status", status: 429, retryAfter: 7 }, failure: "rate_limited", status: 429, waitMs: 7000 },
    { what: "429 without a time", fault: { type: "status", status: 429 }, failure: "rate_limited", status: 429, waitMs: null },
    {
      what: "429 of a used-up account",
      fault: { type: "status", status: 429, message: "insufficient_quota" },
      failure: "rejected",
      status: 429,
      waitMs: null,
    },
    { what: "500", fault: { type: "status", status: 500 }, failure: "server_error", status: 500 },
    { what: "503", fault: { type: "status", status: 503 }, failure: "server_error", status: 503 },
    { what: "529", fault: { type: "status", status: 529 }, failure: "server_error", status: 529 },
    { what: "400", fault: { type: "status", status: 400, message: "context too long" }, failure: "rejected", status: 400 },
    { what: "401", fault: { type: "status", status: 401 }, failure: "rejected", status: 401 },
    { what: "404", fault: { type: "status", status: 404 }, failure: "rejected", status: 404 },
    { what: "redirect", fault: { type: "redirect", location: "http://127.0.0.1:1/inside" }, failure: "rejected", status: 307 },
    { what: "no byte", fault: { type: "hang" }, failure: "silent" },
    { what: "closed without a byte", fault: { type: "drop" }, failure: "silent" },
    { what: "silence in mid-stream", fault: { type: "stall", afterChunks: 3 }, failure: "silent" },
    { what: "reset in mid-stream", fault: { type: "cut", afterChunks: 3 }, failure: "truncated" },
    { what: "clean end in mid-stream", fault: { type: "early_end", afterChunks: 3 }, failure: "truncated" },
    { what: "clean end before anything", fault: { type: "early_end", afterChunks: 0 }, failure: "truncated" },
    { what: "bad JSON", fault: { type: "bad_json", afterChunks: 1 }, failure: "malformed" },
    { what: "a line of 3 MB", fault: { type: "huge_line", bytes: 3_000_000 }, failure: "malformed" },
    { what: "a page", fault: { type: "content_type" }, failure: "malformed" },
    { what: "an error event", fault: { type: "error_event", errorType: "server_error" }, failure: "server_error" },
    { what: "a rate limit event", fault: { type: "error_event", errorType: "rate_limit_error" }, failure: "rate_limited" },
    { what: "a refusing event", fault: { type: "error_event", errorType: "invalid_request_error" }, failure: "rejected" },
    { what: "an overload event", fault: { type: "error_event", errorType: "overloaded_error" }, failure: "server_error" },
  ] as const)("$what is $failure, asked once", async (row) => {
    // Short limits where silence is what is waited for, and nowhere else: a busy machine is silent too.
    const limits = row.failure === "silent" ? QUICK : {};
    const error = await failureOf(kind, [{ when: {}, text: "one two three four five", fault: { ...row.fault } }], { limits });
    expect(error).toMatchObject({ name: "ModelCallError", failure: row.failure, status: "status" in row ? row.status : null });
    if ("waitMs" in row) expect(error.retryAfterMs).toBe(row.waitMs);
    expect(error.message).not.toContain(SECRET);
    await provider.waitForEnds(1);
    expect(provider.journal).toHaveLength(1);
  });

  test("an endless answer is cut at its limit", async () => {
    const limits = { bodyBytes: 200_000 };
    const error = await failureOf(kind, [{ text: "word ".repeat(20), fault: { type: "huge_body", bytes: 50_000_000 } }], { limits });
    expect(error.failure).toBe("malformed");
    expect((await provider.waitForEnds(1))[0]?.outcome).toBe("client_closed");
  });

  test("refused connection and unknown host: nothing was sent", async () => {
    const settings = { baseUrl: `http://127.0.0.1:${await closedPort()}/v1` };
    expect((await failureOf(kind, [], { settings })).failure).toBe("connection");
    expect((await failureOf(kind, [], { settings: { baseUrl: "http://no-such-host.invalid/v1" } })).failure).toBe("connection");
    expect(provider.journal).toHaveLength(0);
  });

  test("an address inside the network is refused to those who are not the operator", async () => {
    const error = await failureOf(kind, [], { settings: { isTrusted: false } });
    expect(error.failure).toBe("rejected");
    expect(provider.journal).toHaveLength(0);
  });

  test("stopping in mid-stream closes the provider's socket", async () => {
    const abort = new AbortController();
    provider.setScript({ entries: [{ text: "one two three", fault: { type: "stall", afterChunks: 5 } }] });
    const models = modelRegistry({ environmentProviders: [], dispatchers, log: silentLog });
    const onText = () => abort.abort(new Error("stop"));
    const stream = models.route(settingsFor(kind), "fake-model").stream(question, { signal: abort.signal, onText });
    await expect(stream).rejects.toMatchObject({ failure: "aborted" });
    expect((await provider.waitForEnds(1))[0]?.outcome).toBe("client_closed");
  });

  test("stopping before the first byte, and before the call", async () => {
    const abort = new AbortController();
    const pending = failureOf(kind, [{ fault: { type: "hang" } }], { signal: abort.signal });
    await provider.waitForCalls(1);
    abort.abort();
    expect((await pending).failure).toBe("aborted");
    expect((await provider.waitForEnds(1))[0]?.outcome).toBe("client_closed");
    expect((await failureOf(kind, [], { signal: abort.signal })).failure).toBe("aborted");
    expect(provider.journal).toHaveLength(1);
  });

  test("nonsense in mid-stream closes the socket, though the provider keeps it open", async () => {
    const error = await failureOf(kind, [{ text: "one two three", fault: { type: "bad_json", afterChunks: 5, hold: true } }]);
    expect(error.failure).toBe("malformed");
    expect((await provider.waitForEnds(1))[0]?.outcome).toBe("client_closed");
  });

  test("the provider's words are shown without the key and cut", async () => {
    const message = `Incorrect API key provided: ${SECRET}. ${"x".repeat(2000)}`;
    const error = await failureOf(kind, [{ fault: { type: "status", status: 401, message } }]);
    expect(error.message).toMatch(/^HTTP 401: Incorrect API key provided: \[redacted\]/);
    expect(error.message.length).toBeLessThan(600);
    expect(JSON.stringify([error, String(error.cause)])).not.toContain(SECRET);
  });

  test("lists the provider's models", async () => {
    provider.setScript({ models: ["zeta", "alpha"] });
    const models = modelRegistry({ environmentProviders: [], dispatchers, log: silentLog });
    expect(await models.listModels(settingsFor(kind), AbortSignal.timeout(5000))).toEqual(["alpha", "zeta"]);
    provider.setScript({ apiKey: "another" });
    await expect(models.listModels(settingsFor(kind), AbortSignal.timeout(5000))).rejects.toMatchObject({
      failure: "rejected",
      status: 401,
    });
  });
});

describe("one protocol's own", () => {
  test.each(["openai-compatible", "anthropic"] as const)("%s: malformed arguments stay as the model wrote them", async (kind) => {
    const { reply } = await call(kind, [{ toolCalls: [{ id: "x", name: "search", arguments: '{"query": "unfinis' }] }], {
      request: { ...question, tools: [searchTool] },
    });
    expect(reply.toolCalls).toEqual([{ id: "x", name: "search", arguments: '{"query": "unfinis' }]);
  });

  test("two calls with one id are both kept", async () => {
    const same = { id: "same", name: "search", arguments: {} };
    const { reply } = await call("openai-compatible", [{ toolCalls: [same, { ...same, name: "other" }] }]);
    expect(reply.toolCalls.map((c) => [c.id, c.name])).toEqual([
      ["same", "search"],
      ["same", "other"],
    ]);
  });

  test("the end mark without a reason to end, and a reason without the mark, are truncated", async () => {
    const fault = { type: "early_end" as const };
    expect((await failureOf("openai-compatible", [{ text: "all of it", fault }])).failure).toBe("truncated");
    expect((await failureOf("anthropic", [{ text: "all of it", fault }])).failure).toBe("truncated");
  });

  test("429 with a date, and with the reset of a limit that is used up", async () => {
    const dated = await failureOf("openai-compatible", [{ fault: { type: "status", status: 429, retryDate: 90 } }]);
    expect(dated.retryAfterMs).toBeGreaterThan(80_000);
    expect(dated.retryAfterMs).toBeLessThanOrEqual(90_000);
    const headers = {
      "x-ratelimit-remaining-requests": "5",
      "x-ratelimit-reset-requests": "9h",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "1m3s",
    };
    const reset = await failureOf("openai-compatible", [{ fault: { type: "status", status: 429, headers } }]);
    expect(reset.retryAfterMs).toBe(63_000);
  });

  test("a server that does not speak HTTP is malformed", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("220 mail.example ESMTP\r\n"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const error = await failureOf("openai-compatible", [], { settings: { baseUrl: `http://127.0.0.1:${port}/v1` } });
    expect(error.failure).toBe("malformed");
    server.close();
  });

  test("a provider that cannot work is refused before anything is sent", () => {
    const models = modelRegistry({ environmentProviders: [], dispatchers, log: silentLog });
    expect(() => models.route(settingsFor("openai", { baseUrl: null, apiKey: null }), "gpt-5")).toThrow(/no API key/);
    expect(() => models.route(settingsFor("openai-compatible", { baseUrl: null }), "m")).toThrow(/no base URL|no API key/);
    expect(() => models.route(undefined, "gpt-5")).toThrow(/demo\/extractive/);
  });

  test("stopping while the connection is being made sends nothing", async () => {
    const connect = buildConnector({});
    const dialing = Promise.withResolvers<void>();
    const dialed = Promise.withResolvers<void>();
    const slow = new Agent({
      connect: (options, callback) => {
        dialing.resolve();
        setTimeout(() => {
          connect(options, callback);
          setTimeout(dialed.resolve, 100);
        }, 50);
      },
    });
    const abort = new AbortController();
    const models = modelRegistry({ environmentProviders: [], dispatchers: { trusted: slow, untrusted: slow }, log: silentLog });
    const stream = models.route(settingsFor("openai-compatible"), "m").stream(question, { signal: abort.signal, onText: () => {} });
    const failed = expect(stream).rejects.toMatchObject({ failure: "aborted" });
    await dialing.promise;
    abort.abort();
    await failed;
    await dialed.promise;
    expect(provider.journal).toHaveLength(0);
    await slow.destroy();
  });

  test("one connection serves calls that follow each other", async () => {
    const { reply } = await call("openai-compatible", [{ text: "a" }]);
    expect(reply.text).toBe("a");
    await Promise.all(Array.from({ length: 20 }, () => call("openai-compatible", [])));
    expect(provider.journal.filter((c) => c.outcome === "completed")).toHaveLength(21);
  });
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
