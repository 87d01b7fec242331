import type { AskedCall } from "./asked-call.ts";
import type { FakeReply } from "./fake-script.ts";

/** What will be said, before any protocol: tokens, calls, counts. */
export interface PlannedAnswer {
  /** Tokens of each thought. */
  thoughts: string[][];
  /** How the protocol tells them. */
  reasoning: Omit<NonNullable<FakeReply["reasoning"]>, "thoughts"> | null;
  tokens: string[];
  toolCalls: { id: string; name: string; arguments: string }[];
  finishReason: string | null;
  usage: { inputTokens: number; outputTokens: number; cachedTokens?: number | undefined } | null;
}

const DEFAULT_TOKENS = 24;

/**
 * The same question always gets the same answer. A model's name may carry a script of its own, for callers that can
 * only choose a model: `any:tokens=50,delay=4,turns=11`.
 */
export function planAnswer(asked: AskedCall, scripted: FakeReply, callNumber: number): { answer: PlannedAnswer; reply: FakeReply } {
  const reply = { ...fromModelName(asked.model), ...scripted };
  const toolCalls = reply.toolCalls ?? (reply.text === undefined ? askedToolCalls(asked, reply) : undefined);
  const calls = (toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${callNumber}_${index}`,
    name: call.name,
    arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
  }));
  const text = reply.text ?? (calls.length > 0 ? "" : echoOf(asked.lastUserText, reply.tokens ?? DEFAULT_TOKENS));
  const tokens = tokensOf(text);
  const thoughts = (reply.reasoning?.thoughts ?? []).map(tokensOf);
  const thoughtTokens = thoughts.reduce((sum, thought) => sum + thought.length, 0);
  const counted = {
    inputTokens: asked.messages.reduce((sum, m) => sum + Math.ceil(m.text.length / 4) + 4, 0),
    outputTokens: Math.max(1, thoughtTokens + tokens.length + calls.reduce((sum, c) => sum + Math.ceil(c.arguments.length / 4) + 4, 0)),
  };
  return {
    reply,
    answer: {
      thoughts,
      reasoning: reply.reasoning ?? null,
      tokens,
      toolCalls: calls,
      finishReason: reply.finishReason ?? null,
      usage: reply.usage === undefined ? counted : reply.usage,
    },
  };
}

function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function fromModelName(model: string): FakeReply {
  const found: FakeReply = {};
  for (const [, key, value] of model.matchAll(/[:,](tokens|delay|turns)=(\d+)/g)) {
    if (key === "tokens") found.tokens = Math.min(Math.max(Number(value), 1), 100_000);
    if (key === "delay") found.tokenDelayMs = Number(value);
    if (key === "turns") found.turns = Number(value);
  }
  return found;
}

function askedToolCalls(asked: AskedCall, reply: FakeReply) {
  const named = asked.tools.find((tool) => tool.name === reply.tool);
  if (reply.turns !== undefined) {
    const tool = named ?? asked.tools[0];
    if (!tool || asked.toolTurns >= reply.turns) return;
    return [{ id: undefined, name: tool.name, arguments: argumentsFor(tool.parameters, asked, asked.toolTurns + 1) }];
  }
  if (asked.toolTurns > 0) return;
  const text = asked.lastUserText.toLowerCase();
  const tool =
    named ??
    asked.tools.find((t) => text.includes(t.name.toLowerCase())) ??
    (/\buse (a|the|your) tools?\b/.test(text) ? asked.tools[0] : undefined);
  return tool && [{ id: undefined, name: tool.name, arguments: argumentsFor(tool.parameters, asked, 1) }];
}

/** Values that satisfy a simple JSON Schema; the turn makes them differ, so that no loop detector is set off. */
function argumentsFor(schema: Record<string, unknown>, asked: AskedCall, turn: number): Record<string, unknown> {
  const properties = (schema.properties ?? {}) as Record<string, { type?: string; enum?: unknown[] }>;
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : Object.keys(properties);
  const url = /https?:\/\/[^\s"'<>)]+/.exec(asked.lastUserText)?.[0];
  return Object.fromEntries(required.map((key) => [key, valueFor(key, properties[key] ?? {}, url, turn)]));
}

function valueFor(key: string, schema: { type?: string; enum?: unknown[] }, url: string | undefined, turn: number): unknown {
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  if (schema.type === "integer" || schema.type === "number") return turn;
  if (schema.type === "boolean") return true;
  if (schema.type === "array") return [];
  if (schema.type === "object") return {};
  return /url|link|address/i.test(key) && url ? url : `${key} ${turn}`;
}

function echoOf(text: string, count: number): string {
  const words = text.split(/\s+/).filter(Boolean).slice(0, 200);
  return Array.from({ length: count }, (_, i) => (i === 0 ? "Echo:" : (words[(i - 1) % Math.max(words.length, 1)] ?? "nothing"))).join(" ");
}
