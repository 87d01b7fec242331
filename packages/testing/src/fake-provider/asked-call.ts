import { createHash } from "node:crypto";

/** A request in any of the protocols, reduced to what a script can look at. */
export interface AskedCall {
  protocol: "openai" | "anthropic" | "google";
  model: string;
  stream: boolean;
  messages: { role: string; text: string }[];
  /** Thinking that came back, in the protocol's own form; it is no text of any message. */
  returned: unknown[];
  /** Pictures of all messages, in their order. */
  images: AskedImage[];
  tools: { name: string; parameters: Record<string, unknown> }[];
  lastUserText: string;
  /** Turns in which the model has called tools since the last message of the user. */
  toolTurns: number;
  wantsUsage: boolean;
  /** The most that may be answered; `null`: the request does not say. */
  maxOutputTokens: number | null;
}

export interface AskedImage {
  type: string;
  bytes: number;
  /** SHA-256 of the picture, in hex. */
  hash: string;
}

type Json = Record<string, unknown>;

/** Of chat completions: what thinking goes by. */
const RETURNED_NAMES = ["reasoning_content", "reasoning", "reasoning_details"];

const asArray = (value: unknown): Json[] => (Array.isArray(value) ? value.filter((v) => typeof v === "object" && v !== null) : []);
const asRecord = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

const countOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return asArray(content)
    .map((part) => (typeof part.text === "string" ? part.text : "content" in part ? textOf(part.content) : ""))
    .join("");
}

function imageOf(type: string, base64: string): AskedImage {
  const content = Buffer.from(base64, "base64");
  return { type, bytes: content.length, hash: createHash("sha256").update(content).digest("hex") };
}

function partsOf(messages: Json[], key: "content" | "parts"): Json[] {
  return messages.flatMap((message) => asArray(message[key]));
}

/** Reads the body of a request as the protocol of its path means it. */
export function readAskedCall(path: string, body: Json): AskedCall | undefined {
  if (path === "/v1/chat/completions") return openaiCall(body);
  if (path === "/v1/messages") return anthropicCall(body);
  const google = /^\/v1beta\/models\/([^:]+):(streamGenerateContent|generateContent)$/.exec(path);
  if (google?.[1]) return googleCall(decodeURIComponent(google[1]), google[2] === "streamGenerateContent", body);
}

function openaiCall(body: Json): AskedCall {
  const raw = asArray(body.messages);
  const messages = raw.map((m) => ({ role: String(m.role), text: textOf(m.content) }));
  const lastUser = messages.findLastIndex((m) => m.role === "user");
  return {
    protocol: "openai",
    model: String(body.model),
    stream: body.stream === true,
    messages,
    returned: raw.flatMap((m) => RETURNED_NAMES.flatMap((name) => (name in m ? [{ [name]: m[name] }] : []))),
    images: partsOf(raw, "content").flatMap((part) => {
      const [, type, base64] = /^data:([^;]+);base64,(.+)$/s.exec(String(asRecord(part.image_url).url)) ?? [];
      return part.type === "image_url" && type && base64 ? [imageOf(type, base64)] : [];
    }),
    tools: asArray(body.tools).map((t) => namedTool(asRecord(t.function), "parameters")),
    lastUserText: messages[lastUser]?.text ?? "",
    toolTurns: raw.slice(lastUser + 1).filter((m) => m.role === "assistant" && asArray(m.tool_calls).length > 0).length,
    wantsUsage: body.stream !== true || asRecord(body.stream_options).include_usage === true,
    maxOutputTokens: countOf(body.max_completion_tokens ?? body.max_tokens),
  };
}

function anthropicCall(body: Json): AskedCall {
  const raw = asArray(body.messages);
  const has = (m: Json, type: string) => asArray(m.content).some((part) => part.type === type);
  // Tool results come back in messages of the user: the last real one is the one that holds none.
  const lastUser = raw.findLastIndex((m) => m.role === "user" && !has(m, "tool_result"));
  const system = textOf(body.system);
  return {
    protocol: "anthropic",
    model: String(body.model),
    stream: body.stream === true,
    messages: [
      ...(system ? [{ role: "system", text: system }] : []),
      ...raw.map((m) => ({ role: String(m.role), text: textOf(m.content) })),
    ],
    returned: partsOf(raw, "content").filter(({ type }) => type === "thinking" || type === "redacted_thinking"),
    images: partsOf(raw, "content").flatMap((part) => {
      const { type, media_type, data } = asRecord(part.source);
      return part.type === "image" && type === "base64" ? [imageOf(String(media_type), String(data))] : [];
    }),
    tools: asArray(body.tools).map((t) => namedTool(t, "input_schema")),
    lastUserText: textOf(raw[lastUser]?.content),
    toolTurns: raw.slice(lastUser + 1).filter((m) => m.role === "assistant" && has(m, "tool_use")).length,
    wantsUsage: true,
    maxOutputTokens: countOf(body.max_tokens),
  };
}

function googleCall(model: string, stream: boolean, body: Json): AskedCall {
  const raw = asArray(body.contents);
  const has = (m: Json, key: string) => asArray(m.parts).some((part) => key in part);
  const lastUser = raw.findLastIndex((m) => m.role === "user" && !has(m, "functionResponse"));
  const system = textOf(asRecord(body.systemInstruction).parts);
  return {
    protocol: "google",
    model,
    stream,
    messages: [...(system ? [{ role: "system", text: system }] : []), ...raw.map((m) => ({ role: String(m.role), text: textOf(m.parts) }))],
    returned: partsOf(raw, "parts").flatMap(({ thought, thoughtSignature, text }): unknown[] => {
      if (thought === true) return [{ thought, text }];
      return thoughtSignature === undefined ? [] : [{ thoughtSignature }];
    }),
    images: partsOf(raw, "parts").flatMap((part) => {
      const { mimeType, data } = asRecord(part.inlineData);
      return data === undefined ? [] : [imageOf(String(mimeType), String(data))];
    }),
    tools: asArray(body.tools).flatMap((t) => asArray(t.functionDeclarations).map((f) => namedTool(f, "parameters"))),
    lastUserText: textOf(raw[lastUser]?.parts),
    toolTurns: raw.slice(lastUser + 1).filter((m) => has(m, "functionCall")).length,
    wantsUsage: true,
    maxOutputTokens: countOf(asRecord(body.generationConfig).maxOutputTokens),
  };
}

function namedTool(tool: Json, schemaKey: string) {
  return { name: String(tool.name), parameters: asRecord(tool[schemaKey]) };
}
