import { expect, test } from "vitest";
import { runAgentLoop } from "./agent-loop.ts";
import { MemoryHost } from "./memory-host.ts";
import type { ModelReply, Reasoning } from "./model.ts";
import { MAX_REASONING_CHARACTERS, owedReasoning, reasoningText, reasoningWithin } from "./reasoning.ts";
import { ScriptedModel } from "./scripted-model.ts";
import { calculator } from "./tools/calculator.ts";

const reply = (reasoning?: Reasoning): ModelReply => ({
  text: "",
  toolCalls: [{ id: "a", name: "calculator", arguments: '{"expression":"1+1"}' }],
  finishReason: "tool_calls",
  usage: null,
  ...(reasoning && { reasoning }),
});

test("people read thoughts one below the other, hidden ones not at all, and a mark where they were cut", () => {
  const thoughts = [
    { text: "One.", at: 0 },
    { text: "", at: 0, seal: "hidden" },
    { text: "Two.", at: 3 },
  ];
  expect(reasoningText(reply({ by: "p/m", thoughts }))).toBe("One.\n\nTwo.");
  expect(reasoningText(reply({ by: "p/m", thoughts, isCut: true }))).toMatch(/^One\.\n\nTwo\.\n\n\[What was thought after this/);
  expect(reasoningText(reply())).toBe("");
});

test("several replies share one room, and what does not fit is marked once", () => {
  const long = "x".repeat(MAX_REASONING_CHARACTERS - 10);
  expect(reasoningWithin(long, 0)).toBe(long);
  const cut = reasoningWithin("and much more", long.length) ?? "";
  expect(cut).toMatch(/^and much m\s+\[What was thought/);
  expect(reasoningWithin("another", long.length + cut.length)).toBeUndefined();
  expect(reasoningWithin("another", MAX_REASONING_CHARACTERS)).toMatch(/^\s+\[What was thought/);
});

test("what is owed is the same from a journal that has its keys in another order, and nothing that nobody signed", () => {
  const fresh: Reasoning = {
    by: "p/m",
    thoughts: [
      { text: "One.", at: 0, seal: "s" },
      { text: "Two.", at: 0 },
    ],
    callSeals: ["c"],
  };
  const kept = {
    callSeals: ["c"],
    thoughts: [
      { seal: "s", at: 0, text: "One." },
      { at: 0, text: "Two." },
    ],
    by: "p/m",
  };
  expect(JSON.stringify(owedReasoning(reply(kept)))).toBe(JSON.stringify(owedReasoning(reply(fresh))));
  expect(owedReasoning(reply(fresh))?.thoughts).toEqual([{ text: "One.", at: 0, seal: "s" }]);
  expect(owedReasoning(reply({ by: "p/m", thoughts: [{ text: "Two.", at: 0 }] }))).toBeUndefined();
});

test("an agent gives back with its calls what is owed, and answers without any of it", async () => {
  const signed = { by: "p/m", thoughts: [{ text: "I add.", at: 0, seal: "s" }] };
  const last = { text: "It is 2.", reasoning: { by: "p/m", thoughts: [{ text: "So.", at: 0 }] } };
  const model = new ScriptedModel([reply(signed), reply({ by: "p/m", thoughts: [{ text: "Again.", at: 0 }] }), last]);
  const work = { at: "task:1", place: {}, model: "p/m", fallbackModels: [], maxIterations: 5, taintedBy: [], tools: [calculator] };
  const answer = await runAgentLoop({
    ...work,
    host: new MemoryHost({ model: model.reply }),
    messages: [{ role: "user", content: "1+1?" }],
  });
  const given = model.requests.at(-1)?.messages.flatMap((said) => (said.role === "assistant" ? [said.reasoning] : []));
  expect(given).toEqual([signed, undefined]);
  expect(answer.text).toBe("It is 2.");
  expect(answer.messages.at(-1)).toEqual({ role: "assistant", content: "It is 2." });
});
