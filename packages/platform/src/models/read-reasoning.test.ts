import type { ProviderSettings } from "@crew/core/system";
import type { ModelMessage, ModelReply, ModelRequest } from "@crew/engine/model";
import { MAX_REASONING_CHARACTERS, owedReasoning, reasoningText } from "@crew/engine/reasoning";
import type { FakeReply } from "@crew/testing/fake-provider/fake-script";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { silentLog } from "@crew/testing/silent-log";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ModelDispatchers, modelDispatchers } from "./model-dispatchers.ts";
import { modelRegistry } from "./model-registry.ts";

const BASE_PATHS = { "openai-compatible": "/v1", openai: "/v1", anthropic: "/v1", google: "/v1beta" };
type Kind = keyof typeof BASE_PATHS;
const KINDS = ["openai-compatible", "openai", "anthropic", "google"] as const;

let provider: FakeProvider;
let dispatchers: ModelDispatchers;
beforeAll(async () => {
  provider = await startFakeProvider();
  dispatchers = modelDispatchers([]);
});
afterAll(async () => {
  await dispatchers?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
});
beforeEach(() => provider.clearJournal());

const search = {
  name: "search",
  description: "Searches",
  parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};
const question: ModelRequest = { model: "p/fake-model", messages: [{ role: "user", content: "Say something" }], tools: [search] };

async function call(kind: Kind, script: FakeReply & { reasoning?: object }, request = question) {
  provider.setScript({ entries: [script] });
  const models = modelRegistry({ environmentProviders: [], dispatchers, log: silentLog });
  const baseUrl = `${provider.url}${BASE_PATHS[kind]}`;
  const settings: ProviderSettings = { kind, name: "p", baseUrl, apiKey: "sk-0123456789", models: [], isTrusted: true };
  const said: string[] = [];
  const thought: string[] = [];
  const reply = await models.route(settings, "fake-model").stream(request, {
    signal: new AbortController().signal,
    onText: (text) => said.push(text),
    onReasoning: (text) => thought.push(text),
  });
  return { reply, said: said.join(""), thought: thought.join("") };
}

/** As the engine goes on with it. */
function withResults(reply: ModelReply): ModelRequest {
  const reasoning = owedReasoning(reply);
  const messages: ModelMessage[] = [
    ...question.messages,
    { role: "assistant", content: reply.text, toolCalls: reply.toolCalls, ...(reasoning && { reasoning }) },
    ...reply.toolCalls.map(({ id, name }) => ({ role: "tool" as const, toolCallId: id, toolName: name, content: "found" })),
  ];
  return { ...question, messages };
}

const name = "reasoning_content" as const;
const toolCalls = [{ id: "call_a", name: "search", arguments: { query: "boats" } }];

describe.each(KINDS)("%s", (kind) => {
  test("what is thought is read beside what is said, comes as it is thought, and is counted by the provider", async () => {
    const usage = { inputTokens: 12, outputTokens: 40 };
    const { reply, said, thought } = await call(kind, {
      reasoning: { thoughts: ["A boat? 🚀 Ünï."], name },
      text: "Petrel.",
      usage,
      wire: { crlf: true, comments: true, bytesPerWrite: 37 },
    });
    expect(reply).toMatchObject({ text: "Petrel.", finishReason: "stop", usage });
    expect(reasoningText(reply)).toBe("A boat? 🚀 Ünï.");
    expect([said, thought]).toEqual(["Petrel.", "A boat? 🚀 Ünï."]);
    // Nothing is owed for an answer.
    expect(owedReasoning(reply)).toBeUndefined();
  });

  test("a reply without thinking has none", async () => {
    expect((await call(kind, { text: "Petrel." })).reply).not.toHaveProperty("reasoning");
  });

  test("what is thought without end is cut with a mark, live and in the reply, and the answer comes whole", async () => {
    const thoughts = [`${"thinking about boats ".repeat(5_000)}!`];
    const { reply, thought } = await call(kind, { reasoning: { thoughts, name, signature: "sig" }, text: "Petrel.", toolCalls });
    expect(thought).toBe(thoughts[0]?.slice(0, MAX_REASONING_CHARACTERS));
    const text = reasoningText(reply);
    expect(text.startsWith(thought)).toBe(true);
    expect(text.slice(thought.length)).toMatch(/^\s+\[What was thought after this is left out/);
    expect(reply.text).toBe("Petrel.");
    // A signed thought that was changed would be refused.
    if (kind === "anthropic") expect(owedReasoning(reply)).toBeUndefined();
  });

  test("characters that no journal holds are none in it", async () => {
    const { reply } = await call(kind, { reasoning: { thoughts: ["a\u0000b\ud800c"], name }, text: "x" });
    expect(reasoningText(reply)).toBe("a\ufffdb\ufffdc");
  });

  test("what was thought by another model is never sent to this one", async () => {
    const reasoning = { by: "p/other", thoughts: [{ text: "secret", at: 0, seal: "reasoning_content" }], callSeals: ["sig"] };
    const { reply } = await call(kind, { toolCalls });
    const request = withResults({ ...reply, reasoning });
    await call(kind, { text: "Done" }, request);
    expect(provider.journal.at(-1)?.returned).toEqual([]);
  });
});

describe("what is wanted back with tool calls", () => {
  test.each(["openai-compatible", "openai"] as const)(
    "%s: thinking by the name that needs it, for every call of the turn",
    async (kind) => {
      const { reply } = await call(kind, { reasoning: { thoughts: ["Search first."], name }, toolCalls });
      const request = withResults(reply);
      // Calls of a model that stood in.
      const others: ModelMessage = { role: "assistant", content: "", toolCalls: reply.toolCalls.map((one) => ({ ...one, id: "other" })) };
      request.messages.push(others, { role: "tool", toolCallId: "other", toolName: "search", content: "nothing" });
      await call(kind, { text: "Done" }, request);
      expect(provider.journal.at(-1)?.returned).toEqual([{ reasoning_content: "Search first." }, { reasoning_content: "" }]);
      expect(provider.journal.at(-1)?.messages.map(({ text }) => text)).not.toContain("Search first.");
    },
  );

  test("chat completions: never what came by the other name, whose servers refuse it", async () => {
    const { reply } = await call("openai-compatible", { reasoning: { thoughts: ["Search."], name: "reasoning" }, toolCalls });
    expect(reasoningText(reply)).toBe("Search.");
    await call("openai-compatible", { text: "Done" }, withResults(reply));
    expect(provider.journal.at(-1)?.returned).toEqual([]);
  });

  test("chat completions: never what came in the text, between tags", async () => {
    const { reply, said, thought } = await call("openai-compatible", { reasoning: { thoughts: ["Search."], name: "content" }, toolCalls });
    expect([reply.text, said, thought, reasoningText(reply)]).toEqual(["", "", "Search.", "Search."]);
    await call("openai-compatible", { text: "Done" }, withResults(reply));
    expect(provider.journal.at(-1)?.returned).toEqual([]);
    expect(JSON.stringify(provider.journal.at(-1)?.messages)).not.toContain("Search.");
  });

  test("chat completions: details as they came, put together", async () => {
    const reasoning = {
      thoughts: ["First, look.", "Then ask."],
      name: "reasoning_details" as const,
      signature: "c2ln",
      hidden: "aGlkZGVu",
    };
    const { reply, thought } = await call("openai-compatible", { reasoning, toolCalls });
    expect([thought, reasoningText(reply)]).toEqual(["First, look.\n\nThen ask.", "First, look.\n\nThen ask."]);
    await call("openai-compatible", { text: "Done" }, withResults(structuredClone(reply)));
    expect(provider.journal.at(-1)?.returned).toEqual([
      {
        reasoning_details: [
          { type: "reasoning.text", text: "First, look.", format: "fake-v1", index: 0, signature: "c2ln" },
          { type: "reasoning.text", text: "Then ask.", format: "fake-v1", index: 1, signature: "c2ln" },
          { type: "reasoning.encrypted", data: "aGlkZGVu", format: "fake-v1", index: 2 },
        ],
      },
    ]);
  });

  test("anthropic: thoughts with their signatures and hidden ones, before the text and the calls", async () => {
    const reasoning = { thoughts: ["First.", "Second."], name, signature: "c2ln", hidden: "aGlkZGVu" };
    const { reply, thought } = await call("anthropic", { reasoning, text: "I look.", toolCalls });
    expect(thought).toBe("First.\n\nSecond.");
    expect(reasoningText(reply)).toBe(thought);
    await call("anthropic", { text: "Done" }, withResults(structuredClone(reply)));
    expect(provider.journal.at(-1)?.returned).toEqual([
      { type: "thinking", thinking: "First.", signature: "c2ln" },
      { type: "thinking", thinking: "Second.", signature: "c2ln" },
      { type: "redacted_thinking", data: "aGlkZGVu" },
    ]);
  });

  test("anthropic: a thought that is told of by its signature alone", async () => {
    const { reply, thought } = await call("anthropic", { reasoning: { thoughts: [""], name, signature: "c2ln" }, toolCalls });
    expect([thought, reasoningText(reply)]).toEqual(["", ""]);
    await call("anthropic", { text: "Done" }, withResults(reply));
    expect(provider.journal.at(-1)?.returned).toEqual([{ type: "thinking", thinking: "", signature: "c2ln" }]);
  });

  test("anthropic: a signature too long to keep means that nothing goes back", async () => {
    const reasoning = { thoughts: ["First."], name, signature: "x".repeat(300_000) };
    const { reply } = await call("anthropic", { reasoning, toolCalls });
    expect(reasoningText(reply)).toBe("First.");
    expect(JSON.stringify(reply).length).toBeLessThan(1_000);
    expect(owedReasoning(reply)).toBeUndefined();
  });

  test("google: the signature of the call, and no thought", async () => {
    const { reply } = await call("google", { reasoning: { thoughts: ["Search."], name, signature: "c2ln" }, toolCalls });
    expect(reasoningText(reply)).toBe("Search.");
    await call("google", { text: "Done" }, withResults(reply));
    expect(provider.journal.at(-1)?.returned).toEqual([{ thoughtSignature: "c2ln" }]);
  });
});
