import type { ModelReply } from "@crew/engine/model";
import { MAX_REASONING_CHARACTERS, owedReasoning, reasoningText } from "@crew/engine/reasoning";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OpenaiChatReply } from "./openai-chat-reply.ts";
import { openaiChatRequest } from "./openai-chat-request.ts";

const toolCall = { tool_calls: [{ index: 0, id: "call_a", function: { name: "search", arguments: "{}" } }] };

/** `cuts`: where packets end. */
function read(deltas: object[], { cuts = [] as number[], reason = "stop" } = {}) {
  const events = [...deltas.map((delta) => ({ choices: [{ delta }] })), { choices: [{ delta: {}, finish_reason: reason }] }];
  const bytes = Buffer.from(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`);
  const said: string[] = [];
  const thought: string[] = [];
  const reader = new OpenaiChatReply(
    "p/m",
    (text) => said.push(text),
    (text) => thought.push(text),
  );
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length]) {
    reader.push(bytes.subarray(from, to));
    from = to;
  }
  const reply = reader.finish();
  return { reply, said: said.join(""), thought: thought.join("") };
}

/** The assistant's message of the next request of the turn. */
function sentBack({ text, toolCalls, ...reply }: ModelReply) {
  const reasoning = owedReasoning({ text, toolCalls, ...reply });
  const message = { role: "assistant" as const, content: text, toolCalls, ...(reasoning && { reasoning }) };
  const body = openaiChatRequest("openai-compatible", "m", { model: "p/m", tools: [], messages: [structuredClone(message)] });
  return JSON.parse(body).messages[0];
}

describe("thinking in the text", () => {
  test("wherever deltas and packets break, it is the same", () => {
    const text = " <think>\nA boat? 🚀 <b>x</b>\n</think>\n\nPetrel: `<think>`.";
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 10 }), fc.array(fc.nat(5_000), { maxLength: 10 }), (at, cuts) => {
        const ends = [...at.sort((a, b) => a - b), text.length];
        const deltas = ends.map((end, i) => ({ content: text.slice(ends[i - 1] ?? 0, end) }));
        const { reply, said, thought } = read(deltas, { cuts });
        expect([said, reply.text]).toEqual(Array(2).fill("Petrel: `<think>`."));
        expect([thought, reasoningText(reply)]).toEqual(Array(2).fill("A boat? 🚀 <b>x</b>"));
      }),
    );
  });

  test("goes nowhere with the calls that it led to", () => {
    const { reply } = read([{ content: "<think>Search." }, { content: "</think>" }, toolCall], { reason: "tool_calls" });
    expect(reply).toMatchObject({ text: "", toolCalls: [{ name: "search" }], reasoning: { thoughts: [{ text: "Search." }] } });
    expect(Object.keys(sentBack(reply))).toEqual(["role", "content", "tool_calls"]);
    expect(sentBack(reply).content).toBeNull();
  });

  test("an answer that is cut while the model thinks is empty", () => {
    const { reply, said } = read([{ content: "<think>Is it" }, { content: " a boat" }], { reason: "length" });
    expect(reply).toMatchObject({ text: "", finishReason: "length" });
    expect([said, reasoningText(reply)]).toEqual(["", "Is it a boat"]);
  });

  test("a server that tells of thinking apart leaves none in the text", () => {
    const { reply } = read([{ content: "\n" }, { reasoning_content: "First." }, { content: "<think> is" }, { content: " a tag." }]);
    expect(reply).toMatchObject({ text: "\n<think> is a tag.", reasoning: { thoughts: [{ text: "First." }] } });
  });

  test("a server that tells of it again apart is read once", () => {
    const { reply, thought } = read([
      { content: "<think>" },
      { content: "First.", reasoning_content: "First." },
      { content: "</think>Yes." },
    ]);
    expect([reply.text, thought, reasoningText(reply)]).toEqual(["Yes.", "First.", "First."]);
  });

  test("an answer too short to tell comes whole", () => {
    expect(read([{ content: "<" }]).said).toBe("<");
    expect(read([{ content: " " }, toolCall]).reply.text).toBe(" ");
  });
});

const signed = [
  { reasoning_details: [] },
  { reasoning: null, reasoning_details: [{ type: "reasoning.text", text: "", signature: "", format: "a-v1", index: 0 }] },
  { reasoning: "Search", reasoning_details: [{ type: "reasoning.text", text: "Search", format: "a-v1", index: 0 }] },
  { reasoning: " first.", reasoning_details: [{ type: "reasoning.text", text: " first.", format: "a-v1", index: 0 }] },
  { reasoning_details: [{ type: "reasoning.text", signature: "c2ln", format: "a-v1", index: 0 }] },
  { reasoning_details: [{ type: "reasoning.encrypted", data: "aGlk", id: "call_a", format: "a-v1", index: 0 }] },
];

describe("details", () => {
  test.each([
    ["beside the same as text", signed],
    ["alone", signed.map(({ reasoning_details }) => ({ reasoning_details }))],
  ])("%s: read once, put together, and given back with the calls", (_, deltas) => {
    const { reply, thought } = read([...deltas, toolCall], { reason: "tool_calls" });
    expect([thought, reasoningText(reply)]).toEqual(["Search first.", "Search first."]);
    expect(sentBack(reply)).toMatchObject({
      content: null,
      reasoning_details: [
        { type: "reasoning.text", text: "Search first.", signature: "c2ln", format: "a-v1", index: 0 },
        { type: "reasoning.encrypted", data: "aGlk", id: "call_a", format: "a-v1", index: 0 },
      ],
    });
    expect(sentBack(reply)).not.toHaveProperty("reasoning_content");
  });

  test("wherever deltas and packets break, they are the same", () => {
    const text = "A boat? 🚀 Search.";
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), fc.array(fc.nat(5_000), { maxLength: 10 }), (at, cuts) => {
        const ends = [...at.sort((a, b) => a - b), text.length];
        const pieces = ends.map((end, i) => ({ text: text.slice(ends[i - 1] ?? 0, end), signature: i === 0 ? "c2ln" : null }));
        const details = [...pieces, { id: "a" }, { id: "b", text: "Now." }].map((one) => ({ type: "reasoning.text", ...one, index: 0 }));
        const deltas = details.map((detail) => ({ reasoning: detail.text ?? null, reasoning_details: [detail] }));
        const { reply, thought } = read([...deltas, toolCall], { cuts });
        expect([thought, reasoningText(reply)]).toEqual(Array(2).fill(`${text}\n\nNow.`));
        expect(sentBack(reply).reasoning_details).toEqual([
          { type: "reasoning.text", id: "a", text, signature: "c2ln", index: 0 },
          { type: "reasoning.text", id: "b", text: "Now.", index: 0 },
        ]);
      }),
    );
  });

  test("summaries and several thoughts are told apart", () => {
    const detail = (index: number, summary: string) => ({ reasoning_details: [{ type: "reasoning.summary", summary, index }] });
    const { reply, thought } = read([detail(0, "One"), detail(0, "."), detail(1, "Two."), toolCall]);
    expect([thought, reasoningText(reply)]).toEqual(["One.\n\nTwo.", "One.\n\nTwo."]);
    expect(sentBack(reply).reasoning_details).toEqual([
      { type: "reasoning.summary", summary: "One.", index: 0 },
      { type: "reasoning.summary", summary: "Two.", index: 1 },
    ]);
  });

  test("what nobody may read is given back and not shown; its text may stand beside it", () => {
    const hidden = [{ type: "reasoning.encrypted", data: "aGlk", index: 0 }, "no detail", { type: 1 }];
    const alone = read([{ reasoning_details: hidden }, toolCall]);
    expect([alone.thought, reasoningText(alone.reply)]).toEqual(["", ""]);
    expect(sentBack(alone.reply).reasoning_details).toEqual([hidden[0]]);
    const beside = read([{ reasoning: "Search." }, { reasoning: " Now.", reasoning_details: hidden }, toolCall]);
    expect(beside.thought).toBe("Search.\n\n Now.");
    expect(sentBack(beside.reply).reasoning_details).toEqual([hidden[0]]);
  });

  test("nothing is owed for an answer, and nothing goes back that was cut or is too much", () => {
    expect(owedReasoning(read([...signed, { content: "Yes." }]).reply)).toBeUndefined();
    const long = { reasoning_details: [{ type: "reasoning.text", text: "x".repeat(MAX_REASONING_CHARACTERS + 1), index: 0 }] };
    expect(owedReasoning(read([long, toolCall]).reply)).toBeUndefined();
    const many = Array.from({ length: 1_001 }, (_, index) => ({ reasoning_details: [{ type: "reasoning.text", text: "x", index }] }));
    const { reply } = read([...many, toolCall]);
    expect(owedReasoning(reply)).toBeUndefined();
    expect(reply.reasoning?.thoughts).toHaveLength(1_000);
    expect(reasoningText(reply).match(/x/g)).toHaveLength(1_001);
  });
});
