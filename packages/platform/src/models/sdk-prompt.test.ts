import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { expect, test } from "vitest";
import { sdkPrompt } from "./sdk-prompt.ts";

const said: ModelMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hello" },
  { role: "assistant", content: "Hi" },
  { role: "user", content: "And now?" },
];
const result: ModelMessage = { role: "tool", toolCallId: "a", toolName: "search", content: "found" };

function marksOf(request: Partial<ModelRequest>, kind: "anthropic" | "google" = "anthropic"): number[] {
  const { prompt } = sdkPrompt({ model: "a/b", messages: said, tools: [], ...request }, kind);
  return prompt.flatMap((message, index) => (message.providerOptions?.anthropic?.cacheControl ? [index] : []));
}

test("Anthropic is told what to keep: instructions, what later requests begin with, and results in the middle of the work", () => {
  expect(marksOf({ stableMessages: 3 })).toEqual([0, 2]);
  expect(marksOf({ stableMessages: 1 })).toEqual([0]);
  expect(marksOf({ messages: [...said, result], stableMessages: 3 })).toEqual([0, 2, 5 - 1]);
  expect(marksOf({ messages: [...said, result] })).toEqual([0, 4]);
});

test("a single question is kept nowhere, and others are not told", () => {
  expect(marksOf({})).toEqual([]);
  expect(marksOf({ stableMessages: 3 }, "google")).toEqual([]);
});

test("thoughts go back to where they stood between the words, as their provider has sealed them", () => {
  const thoughts = [
    { text: "First.", at: 0, seal: "signature:a" },
    { text: "", at: 7, seal: "redacted:b" },
    { text: "nobody signed this", at: 7 },
  ];
  const toolCalls = [{ id: "c", name: "search", arguments: "{}" }];
  const said = { role: "assistant" as const, content: "I look.\nNow.", toolCalls, reasoning: { by: "p/m", thoughts } };
  const { prompt } = sdkPrompt({ model: "p/m", messages: [{ role: "user", content: "?" }, said], tools: [] }, "anthropic");
  expect(prompt[1]?.content).toEqual([
    { type: "reasoning", text: "First.", providerOptions: { anthropic: { signature: "a" } } },
    { type: "text", text: "I look." },
    { type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: "b" } } },
    { type: "text", text: "\nNow." },
    { type: "tool-call", toolCallId: "c", toolName: "search", input: {} },
  ]);
});
