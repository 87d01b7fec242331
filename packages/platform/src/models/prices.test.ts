import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { priceOf, pricePerMillion } from "./prices.ts";
import { windowOf } from "./window-of.ts";

const sonnet = { kind: "anthropic", baseUrl: null, modelId: "claude-sonnet-4-5" } as const;

test("known models have exact prices, as decimal strings", () => {
  expect(pricePerMillion("openai", "gpt-5-mini")).toEqual({ input: "0.25", output: "2" });
  const model = { kind: "openai", baseUrl: null, modelId: "gpt-5-mini" } as const;
  expect(priceOf(model, { inputTokens: 1000, outputTokens: 100 })).toBe("0.00045");
  expect(priceOf(model, { inputTokens: 3, outputTokens: 0 })).toBe("0.00000075");
  expect(priceOf(model, { inputTokens: 0, outputTokens: 0 })).toBe("0");
  // 0.1 + 0.2 and its like must not leak into bills.
  expect(priceOf(model, { inputTokens: 9_007_199_254_740_991, outputTokens: 7 })).toBe("2251799813.68526175");
});

test("what a provider reads from what it has kept costs less, what it keeps more, where the table says so", () => {
  expect(priceOf(sonnet, { inputTokens: 100_000, outputTokens: 0 })).toBe("0.3");
  expect(priceOf(sonnet, { inputTokens: 100_000, cachedTokens: 90_000, outputTokens: 0 })).toBe("0.057");
  expect(priceOf(sonnet, { inputTokens: 100_000, keptTokens: 100_000, outputTokens: 0 })).toBe("0.375");
  const old = { ...sonnet, modelId: "claude-v1" };
  expect(priceOf(old, { inputTokens: 100_000, cachedTokens: 90_000, outputTokens: 0 })).toBe(
    priceOf(old, { inputTokens: 100_000, outputTokens: 0 }),
  );
});

test("how much a model reads is known by the table, or guessed with care", () => {
  expect(windowOf({ ...sonnet, name: "anthropic" })).toBe(200_000);
  expect(windowOf({ kind: "openai", baseUrl: null, modelId: "gpt-4o", name: "openai" })).toBe(128_000);
  const local = { kind: "openai-compatible", modelId: "llama-4", baseUrl: "http://127.0.0.1:8080/v1" } as const;
  expect(windowOf({ ...local, name: "local" })).toBe(32_000);
  expect(windowOf({ ...local, name: "ollama" })).toBe(8_000);
  expect(windowOf({ ...local, name: "mine", baseUrl: "http://gpu:11434/v1" })).toBe(8_000);
});

test("a long request is billed at the tier that it falls into", () => {
  expect(priceOf(sonnet, { inputTokens: 200_000, outputTokens: 0 })).toBe("0.6");
  expect(priceOf(sonnet, { inputTokens: 200_001, outputTokens: 1 })).toBe("1.2000285");
  expect(pricePerMillion("anthropic", "claude-sonnet-4-5")).toEqual({ input: "3", output: "15" });
});

test("unknown is null, never zero", () => {
  expect(pricePerMillion("openai", "no-such-model")).toBeNull();
  expect(priceOf({ ...sonnet, modelId: "no-such-model" }, { inputTokens: 1, outputTokens: 1 })).toBeNull();
  // A local copy of a known model has no price list.
  expect(
    priceOf(
      { kind: "openai-compatible", baseUrl: "http://127.0.0.1:11434/v1", modelId: "gpt-5-mini" },
      { inputTokens: 1, outputTokens: 1 },
    ),
  ).toBeNull();
});

test("compatible vendors are known by their address", () => {
  const groq = { kind: "openai-compatible", baseUrl: "https://api.groq.com/openai/v1", modelId: "llama-3.3-70b-versatile" } as const;
  expect(priceOf(groq, { inputTokens: 1_000_000, outputTokens: 0 })).toMatch(/^0\.\d+$/);
});

test("prices are asked of the bundled table alone: nothing opens a connection or a timer", () => {
  const program = `
    import net from "node:net"; import dns from "node:dns";
    const refuse = (what) => () => { console.log("OUTSIDE " + what); process.exit(1); };
    net.Socket.prototype.connect = refuse("connect"); dns.lookup = refuse("lookup"); globalThis.fetch = refuse("fetch");
    const { pricePerMillion } = await import(${JSON.stringify(join(import.meta.dirname, "prices.ts"))});
    console.log(JSON.stringify(pricePerMillion("openai", "gpt-5-mini")));
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(process.getActiveResourcesInfo().filter((r) => r === "Timeout" || r.startsWith("TCP")).length);`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(output.trim().split("\n")).toEqual(['{"input":"0.25","output":"2"}', "0"]);
});
