import type { ModelRequest } from "@crew/engine/model";
import { expect, test } from "vitest";
import { openaiChatRequest } from "./openai-chat-request.ts";

const request: ModelRequest = { model: "p/m", messages: [{ role: "user", content: "Which boat? Answer in JSON." }], tools: [] };
const formOf = (kind: "openai" | "openai-compatible", more: Partial<ModelRequest>) =>
  JSON.parse(openaiChatRequest(kind, "m", { ...request, ...more })).response_format;

test("the vendor is told to answer with a JSON object where that is wanted, other servers never", () => {
  expect(formOf("openai", { wantsJsonObject: true })).toEqual({ type: "json_object" });
  expect(formOf("openai", {})).toBeUndefined();
  expect(formOf("openai-compatible", { wantsJsonObject: true })).toBeUndefined();
});
