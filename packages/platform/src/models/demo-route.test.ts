import type { ModelRequest } from "@crew/engine/model";
import { expect, test } from "vitest";
import { demoRoute } from "./demo-route.ts";

const request: ModelRequest = {
  model: "demo/extractive",
  messages: [
    { role: "user", content: "Summarize: Solar panels turn light into power. They need sun. Batteries keep what is not used at once." },
  ],
  tools: [],
};

test("streams the words that its reply holds, at no cost", async () => {
  const route = demoRoute("extractive", 200);
  const texts: string[] = [];
  const reply = await route.stream(request, { signal: new AbortController().signal, onText: (text) => texts.push(text) });
  expect(reply.text).not.toBe("");
  expect(texts.join("")).toBe(reply.text);
  expect(texts.length).toBeGreaterThan(1);
  expect(route.priceOf({ inputTokens: 1_000_000, outputTokens: 1_000_000 })).toBe("0");
});

test("stops at once, in the middle and before the start", async () => {
  const abort = new AbortController();
  let calls = 0;
  const onText = () => {
    calls++;
    abort.abort();
  };
  await expect(demoRoute("extractive").stream(request, { signal: abort.signal, onText })).rejects.toMatchObject({ failure: "aborted" });
  await expect(demoRoute("extractive").stream(request, { signal: abort.signal, onText })).rejects.toMatchObject({ failure: "aborted" });
  expect(calls).toBe(1);
});

test("there is one demo model", () => {
  expect(() => demoRoute("gpt-5")).toThrow("demo/extractive");
});
