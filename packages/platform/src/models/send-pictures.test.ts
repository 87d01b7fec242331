import { createHash } from "node:crypto";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { PNG_BASE64 } from "@crew/testing/sample-image";
import { silentLog } from "@crew/testing/silent-log";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ModelDispatchers, modelDispatchers } from "./model-dispatchers.ts";
import { modelRegistry } from "./model-registry.ts";

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

test.each([
  ["openai", "/v1"],
  ["openai-compatible", "/v1"],
  ["anthropic", "/v1"],
  ["google", "/v1beta"],
] as const)("%s: a message's pictures go as the protocol has them, and none that is not there", async (kind, path) => {
  provider.clearJournal();
  provider.setScript({ defaults: { text: "A point" } });
  const settings = { kind, name: "p", baseUrl: `${provider.url}${path}`, apiKey: "sk-key-of-the-test", models: [], isTrusted: true };
  const images = [
    { id: "image_a", type: "image/png" },
    { id: "image_gone", type: "image/gif" },
  ];
  const reply = await modelRegistry({ environmentProviders: [], dispatchers, log: silentLog })
    .route(settings, "fake-model")
    .stream(
      {
        model: "p/fake-model",
        messages: [
          { role: "system", content: "You are brief." },
          { role: "user", content: "What is this?", images },
        ],
        tools: [],
      },
      { signal: AbortSignal.timeout(10_000), onText: () => {}, images: new Map([["image_a", PNG_BASE64]]) },
    );
  expect(reply.text).toBe("A point");
  const content = Buffer.from(PNG_BASE64, "base64");
  const hash = createHash("sha256").update(content).digest("hex");
  expect(provider.journal.map((call) => call.images)).toEqual([[{ type: "image/png", bytes: content.length, hash }]]);
  expect(provider.journal[0]?.messages.at(-1)).toEqual({ role: "user", text: "What is this?" });
});
