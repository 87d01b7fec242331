import { expect, test } from "vitest";
import { environmentProviders } from "./environment-providers.ts";

test("nothing set, nothing offered", () => {
  expect(environmentProviders({})).toEqual([]);
  expect(environmentProviders({ OPENAI_API_KEY: "", OLLAMA_BASE_URL: null })).toEqual([]);
});

test("each variable offers its provider, trusted", () => {
  const found = environmentProviders({
    OPENAI_API_KEY: "o",
    OPENAI_BASE_URL: "http://127.0.0.1:8080/v1",
    ANTHROPIC_API_KEY: "a",
    GOOGLE_GENERATIVE_AI_API_KEY: "g",
    OLLAMA_BASE_URL: "http://127.0.0.1:11434/",
  });
  expect(found.map((p) => [p.name, p.kind, p.baseUrl, p.apiKey])).toEqual([
    ["openai", "openai", "http://127.0.0.1:8080/v1", "o"],
    ["anthropic", "anthropic", null, "a"],
    ["google", "google", null, "g"],
    ["ollama", "openai-compatible", "http://127.0.0.1:11434/v1", null],
  ]);
  expect(found.every((p) => p.isTrusted)).toBe(true);
});

test("an address without a key is enough for a local server; Ollama's may name its path already", () => {
  expect(environmentProviders({ OPENAI_BASE_URL: "http://127.0.0.1:1/v1" })[0]).toMatchObject({ name: "openai", apiKey: null });
  expect(environmentProviders({ OLLAMA_BASE_URL: "http://o:1/v1/" })[0]?.baseUrl).toBe("http://o:1/v1");
});
