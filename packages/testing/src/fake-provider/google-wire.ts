import type { PlannedAnswer } from "./planned-answer.ts";
import type { WireFormat } from "./wire-format.ts";

/** Google's generateContent. The last chunk carries the finish reason: there is no other end mark. */
export const googleWire: WireFormat = {
  events(_call, answer) {
    const thoughts = answer.thoughts.flat().map((text) => chunk({ candidates: [candidate([{ text, thought: true }])] }));
    return [...thoughts, ...answer.tokens.map((text) => chunk({ candidates: [candidate([{ text }])] })), chunk(lastOf(answer))];
  },
  endMark: "",
  whole(_call, answer) {
    const last = lastOf(answer);
    return {
      ...last,
      candidates: last.candidates.map((c) => ({
        ...c,
        content: { role: "model", parts: [{ text: answer.tokens.join("") }, ...c.content.parts] },
      })),
    };
  },
  errorEvent: (type, message) => chunk({ error: { code: 500, status: type, message } }),
  errorBody: (status, message) => ({ error: { code: status, status: status === 429 ? "RESOURCE_EXHAUSTED" : "UNAVAILABLE", message } }),
};

function chunk(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function candidate(parts: object[], finishReason?: string) {
  return { index: 0, content: { role: "model", parts }, ...(finishReason && { finishReason }) };
}

function lastOf(answer: PlannedAnswer) {
  // The first of a turn's calls is signed.
  const thoughtSignature = answer.reasoning?.signature;
  const parts = answer.toolCalls.map((call, index) => ({
    functionCall: { name: call.name, args: JSON.parse(call.arguments) as object },
    ...(index === 0 && thoughtSignature !== undefined && { thoughtSignature }),
  }));
  return {
    candidates: [candidate(parts.length > 0 ? parts : [{ text: "" }], answer.finishReason ?? "STOP")],
    ...(answer.usage && {
      usageMetadata: {
        promptTokenCount: answer.usage.inputTokens,
        candidatesTokenCount: answer.usage.outputTokens,
        totalTokenCount: answer.usage.inputTokens + answer.usage.outputTokens,
      },
    }),
  };
}
